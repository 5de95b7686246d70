using System.Globalization;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>
/// Whether a kernel lets a CPU split live leaves, and by what (cpu_supports_bbml2_noabort, cpu_supports_bbml3).
/// </summary>
/// <param name="Cpu">The CPU's number.</param>
/// <param name="Midr">MIDR_EL1.</param>
/// <param name="Core">The core's name.</param>
public abstract record CpuTrust(int Cpu, Midr Midr, string Core, KernelVersion Version)
{
    /// <summary>Whether the CPU may split.</summary>
    public abstract bool IsTrusted { get; }

    /// <summary>The CPU as a sentence names it: "CPU 0 (Neoverse-V3 r0p1)".</summary>
    public string Subject => string.Create(CultureInfo.InvariantCulture, $"CPU {Cpu} ({Core} {Midr.RevisionName})");

    /// <summary>"CPU 0 (Neoverse-V3 r0p1) is not on 6.18's list, which begins at r0p2".</summary>
    public string Sentence => $"{Subject} {Predicate}";

    /// <summary>The sentence without the CPU.</summary>
    protected abstract string Predicate { get; }

    /// <summary>A CPU of a machine, by the kernel of the machine.</summary>
    public static CpuTrust Of(MachineDescription machine, int cpu)
    {
        var rules = machine.Rules;
        var (midr, core) = (machine.Cpus[cpu].Midr, machine.Cpus[cpu].Core.Name);
        if (!machine.Cpus[cpu].KernelTrusts(rules))
            return new Unlisted(cpu, midr, core, rules.Version, rules.AllowList.EntryOf(midr),
                ListedSince.Of(Linux.Cpus.Core.Of(midr)), rules.TrustsIdRegister);
        return rules.AllowList.Contains(midr)
            ? new Listed(cpu, midr, core, rules.Version) : new Declared(cpu, midr, core, rules.Version);
    }

    /// <summary>The version's list has the CPU.</summary>
    public sealed record Listed(int Cpu, Midr Midr, string Core, KernelVersion Version)
        : CpuTrust(Cpu, Midr, Core, Version)
    {
        public override bool IsTrusted => true;

        protected override string Predicate => $"is on {Version}'s list";
    }

    /// <summary>The CPU's ID register says that it never aborts, and the version believes it.</summary>
    public sealed record Declared(int Cpu, Midr Midr, string Core, KernelVersion Version)
        : CpuTrust(Cpu, Midr, Core, Version)
    {
        public override bool IsTrusted => true;

        protected override string Predicate => "has ID_AA64MMFR2_EL1.BBM = 3";
    }

    /// <summary>Neither the list nor the ID register has the CPU.</summary>
    /// <param name="Entry">The list's entry for other revisions of the core; null if there is none.</param>
    /// <param name="Since">The first list with the core, of this version or a later one; null if none has it.</param>
    /// <param name="ReadsIdRegister">Whether the version also reads the ID register.</param>
    public sealed record Unlisted(
        int Cpu, Midr Midr, string Core, KernelVersion Version, MidrRange? Entry, ListedSince? Since,
        bool ReadsIdRegister) : CpuTrust(Cpu, Midr, Core, Version)
    {
        public override bool IsTrusted => false;

        protected override string Predicate => $"is not on {Version}'s list"
            + (Entry is { } entry
                ? Midr.VariantRevision < entry.From
                    ? $", which begins at {MidrRange.NameOf(entry.From)}"
                    : $", which ends at {MidrRange.NameOf(entry.To)}"
                : Since is { } since && since.Version > Version ? $" (since {since.Version} it is)"
                : ReadsIdRegister ? " and has no ID_AA64MMFR2_EL1.BBM = 3" : "");
    }
}

using System.Globalization;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>Why a kernel isolates its tables from user space (KPTI), or does not (unmap_kernel_at_el0).</summary>
public abstract record IsolationReason
{
    private IsolationReason()
    {
    }

    /// <summary>Whether it isolates them.</summary>
    public abstract bool Isolates { get; }

    /// <summary>The reason in one sentence, without a full stop.</summary>
    public abstract string Sentence { get; }

    /// <summary>What the kernel's message "forced ON by …" names; null where nothing forces it.</summary>
    public virtual string? ForcedBy => null;

    private protected static string Name(MachineDescription machine, int cpu) => string.Create(
        CultureInfo.InvariantCulture,
        $"CPU {cpu} ({machine.Cpus[cpu].Core.Name} {machine.Cpus[cpu].Midr.RevisionName})");

    /// <summary>
    /// KASLR is on, and a CPU has no E0PD or the kernel does not use it: user space could find the kernel by timing
    /// faults.
    /// </summary>
    public sealed record Kaslr(MachineDescription Machine, int Cpu) : IsolationReason
    {
        public override bool Isolates => true;

        public override string Sentence => Machine.Config.E0pd
            ? $"KASLR is on and {Name(Machine, Cpu)} has no E0PD"
            : "KASLR is on and the kernel is built without ARM64_E0PD";

        public override string ForcedBy => "KASLR";
    }

    /// <summary>A CPU is neither on the list of safe CPUs nor has CSV3.</summary>
    public sealed record Meltdown(MachineDescription Machine, int Cpu) : IsolationReason
    {
        public override bool Isolates => true;

        public override string Sentence =>
            $"{Name(Machine, Cpu)} {(IsKnown ? "has no" : "is not known to have")} CSV3 and is not on Linux's list of "
            + "CPUs that are safe without";

        private bool IsKnown => !Machine.Cpus[Cpu].AssumedSecurity.Contains("csv3");
    }

    /// <summary>kpti= on the command line.</summary>
    public sealed record Parameter(bool On) : IsolationReason
    {
        public override bool Isolates => On;

        public override string Sentence => $"kpti={(On ? "on" : "off")}";

        public override string ForcedBy => "kpti command line option";
    }

    /// <summary>mitigations=off.</summary>
    public sealed record MitigationsOff : IsolationReason
    {
        public override bool Isolates => false;

        public override string Sentence => "mitigations=off";

        public override string ForcedBy => "mitigations=off";
    }

    /// <summary>CONFIG_UNMAP_KERNEL_AT_EL0 is off.</summary>
    public sealed record NotBuilt : IsolationReason
    {
        public override bool Isolates => false;

        public override string Sentence => "the kernel is built without UNMAP_KERNEL_AT_EL0";
    }

    /// <summary>A CPU has Cavium erratum 27456.</summary>
    public sealed record Erratum(MachineDescription Machine, int Cpu) : IsolationReason
    {
        public override bool Isolates => false;

        public override string Sentence => $"{Name(Machine, Cpu)} has Cavium erratum 27456";

        public override string ForcedBy => "ARM64_WORKAROUND_CAVIUM_27456";
    }

    /// <summary>No CPU needs it.</summary>
    /// <param name="WithKaslr">Whether KASLR is on.</param>
    public sealed record NotNeeded(bool WithKaslr) : IsolationReason
    {
        public override bool Isolates => false;

        public override string Sentence => WithKaslr
            ? "every CPU has E0PD, and CSV3 or a place on Linux's list of CPUs that are safe without"
            : "KASLR is off, and every CPU has CSV3 or is on Linux's list of CPUs that are safe without";
    }
}

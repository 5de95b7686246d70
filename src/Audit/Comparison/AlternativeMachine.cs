using System.Collections.Immutable;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>A machine that differs from the expected one in what decides how its kernel maps memory.</summary>
/// <param name="Explanation">What differs, in words that follow "the map is ".</param>
internal sealed record AlternativeMachine(string Explanation, MachineDescription Machine)
{
    // Neoverse-V3 r0p2 is on every list since 6.17; Neoverse-N1 is on none.
    private static readonly Midr Listed = new(0x410fd842);
    private static readonly Midr Unlisted = new(0x410fd0c1);

    /// <summary>The alternatives, those that differ in one thing first.</summary>
    public static IEnumerable<AlternativeMachine> Of(MachineDescription machine)
    {
        var modes = Modes(machine).ToList();
        var lines = CommandLines(machine).Concat(Isolations(machine)).ToList();
        var versions = Versions(machine).ToList();
        foreach (var one in modes.Concat(lines).Concat(versions))
            yield return one;
        foreach (var version in versions)
        {
            foreach (var mode in Modes(version.Machine))
                yield return mode;
        }

        foreach (var line in lines)
        {
            foreach (var mode in Modes(line.Machine))
                yield return new($"{mode.Explanation}, with {line.Explanation[3..]}", mode.Machine);
        }
    }

    private static IEnumerable<AlternativeMachine> Modes(MachineDescription machine)
    {
        var cpu = machine.Cpus[0] with { BbmOverride = null };
        var (may, mayNot) = (cpu with { Midr = Listed, Core = Core.Of(Listed) },
            cpu with { Midr = Unlisted, Core = Core.Of(Unlisted) });
        (ImmutableArray<CpuDescription> Cpus, string What)[] sets =
        [
            ([may], "where every CPU may split blocks live"),
            ([mayNot], "where the boot CPU may not split blocks live"),
            ([may, mayNot], "after a repaint"),
        ];
        var now = ModeOf(machine);
        foreach (var (cpus, what) in sets)
        {
            var other = machine with { Cpus = cpus };
            if (ModeOf(other) is var mode && mode != now && (mode == BootMode.Repaint) == (cpus.Length == 2))
                yield return new($"as {machine.Rules.Version} leaves it {what}", other);
        }
    }

    private static BootMode ModeOf(MachineDescription machine) =>
        PaintDecision.OfBootCpu(machine).Mode(NoAbortCapability.Of(machine).SystemSupports);

    private static IEnumerable<AlternativeMachine> CommandLines(MachineDescription machine)
    {
        string[] parameters =
        [
            .. machine.Rules.RodataOnIsFull ? (string[])["rodata=on", "rodata=noalias"] : ["rodata=full", "rodata=on"],
            "rodata=off", "kfence.sample_interval=0", "kfence.sample_interval=100", "debug_pagealloc=on",
        ];
        foreach (string parameter in parameters)
        {
            var line = Parse($"{machine.CommandLine.Text} {parameter}", machine, machine.Rules);
            var now = machine.CommandLine;
            if (line.RodataEnabled != now.RodataEnabled || line.RodataFull != now.RodataFull
                || line.KfenceEarly != now.KfenceEarly || line.DebugPagealloc != now.DebugPagealloc)
                yield return new($"as {parameter} makes it", machine with { CommandLine = line });
        }

        if (machine.Config.Kfence)
        {
            var without = machine with { Config = machine.Config with { Kfence = false } };
            yield return new("as a kernel without KFENCE makes it",
                without with { CommandLine = Parse(machine.CommandLine.Text, without, machine.Rules) });
        }
    }

    // Whether leaves are global depends on KPTI, and on KASLR while nothing says that KPTI is off.
    private static IEnumerable<AlternativeMachine> Isolations(MachineDescription machine)
    {
        var now = KernelIsolation.Of(machine);
        (string, MachineDescription)[] others =
        [
            .. ((string[])["kpti=off", "kpti=on", "nokaslr"]).Select(parameter => ($"as {parameter} makes it",
                machine with
                {
                    CommandLine = Parse($"{machine.CommandLine.Text} {parameter}", machine, machine.Rules),
                })),
            ("as KASLR makes it", machine with { Kaslr = true }),
        ];
        foreach (var (explanation, other) in others)
        {
            if (KernelIsolation.Of(other).NotGlobal != now.NotGlobal)
                yield return new(explanation, other);
        }
    }

    private static IEnumerable<AlternativeMachine> Versions(MachineDescription machine)
    {
        // Where rules change, or mistakes are fixed.
        var versions = KernelRules.Changes.Concat(KernelBug.All.Select(b => b.FixedIn)).Distinct().Order();
        foreach (var version in versions.Where(v => v != machine.Rules.Version))
        {
            var rules = KernelRules.Of(version);
            yield return new($"as {version} makes it",
                machine with { Rules = rules, CommandLine = Parse(machine.CommandLine.Text, machine, rules) });
        }
    }

    private static CommandLine Parse(string text, MachineDescription machine, KernelRules rules) =>
        CommandLine.Parse(text.Trim(), rules, machine.Config, machine.Geometry.Granule.PageSize);
}

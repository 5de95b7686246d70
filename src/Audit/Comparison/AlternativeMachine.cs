using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>A machine that differs from the expected one in what decides how its kernel maps memory.</summary>
/// <param name="Cause">What differs, as in "as rodata=off makes it": a parameter, a version.</param>
/// <param name="Explanation">What differs, in words that follow "the map is ".</param>
/// <param name="Edits">What the machine file of this machine says otherwise.</param>
internal sealed record AlternativeMachine(
    string Cause, string Explanation, MachineDescription Machine, ImmutableArray<MachineEdit> Edits)
{
    // Neoverse-V3 r0p2 is on every list since 6.17; Neoverse-N1 is on none.
    private static readonly Midr Listed = new(0x410fd842);
    private static readonly Midr Unlisted = new(0x410fd0c1);

    private const string CpusKey = "cpus";
    private const string LineKey = "kernel.commandLine";

    /// <summary>Whether the machine has other CPUs.</summary>
    public bool ChangesCpus => Edits.Any(e => e.Key == CpusKey);

    /// <summary>Whether the machine differs in all that another one differs in, and in more.</summary>
    public bool Contains(AlternativeMachine other) =>
        Edits.Length > other.Edits.Length && other.Edits.All(e => Edits.Contains(e));

    /// <summary>The alternatives that differ in one thing.</summary>
    public static IEnumerable<AlternativeMachine> InOne(MachineDescription machine, AssumedFields assumed)
    {
        var itself = assumed.Complete(new("", "", machine, []));
        if (itself.Edits.Length > 0)
            yield return itself with { Explanation = $"as {itself.Cause} makes it" };
        foreach (var one in Modes(machine).Concat(Parameters(machine)).Concat(Versions(machine)))
            yield return assumed.Complete(one);
    }

    /// <summary>The alternatives that differ in two things.</summary>
    public static IEnumerable<AlternativeMachine> InTwo(MachineDescription machine, AssumedFields assumed)
    {
        var versions = Versions(machine).ToList();
        foreach (var version in versions)
        {
            foreach (var mode in Modes(version.Machine))
                yield return assumed.Complete(mode with { Edits = [.. version.Edits, .. mode.Edits] });
        }

        foreach (var parameter in Parameters(machine))
        {
            foreach (var mode in Modes(parameter.Machine))
                yield return assumed.Complete(
                    mode.With(parameter.Cause, mode.Machine, [.. parameter.Edits, .. mode.Edits]));
        }

        foreach (var version in versions)
        {
            foreach (var parameter in Parameters(version.Machine))
                yield return assumed.Complete(
                    version.With(parameter.Cause, parameter.Machine, [.. version.Edits, .. parameter.Edits]));
        }

        foreach (var (first, second) in Pairs(machine))
            yield return assumed.Complete(second.With(first.Cause, second.Machine, second.Edits));
    }

    /// <summary>The alternative that differs in one thing more.</summary>
    public AlternativeMachine With(string cause, MachineDescription machine, ImmutableArray<MachineEdit> edits) => new(
        Cause.Length == 0 ? cause : $"{Cause} with {cause}", $"{Explanation}, with {cause}", machine, edits);

    private static AlternativeMachine Made(string cause, MachineDescription machine, string key, string value) =>
        new(cause, $"as {cause} makes it", machine, [new(key, value)]);

    private static AlternativeMachine WithParameter(MachineDescription machine, string parameter)
    {
        var line = Parse($"{machine.CommandLine.Text} {parameter}", machine, machine.Rules);
        return Made(parameter, machine with { CommandLine = line }, LineKey, Quoted(line.Text));
    }

    private static IEnumerable<AlternativeMachine> Modes(MachineDescription machine)
    {
        var cpu = machine.Cpus[0] with { BbmOverride = null };
        var (may, mayNot) = (cpu with { Midr = Listed, Core = Core.Of(Listed) },
            cpu with { Midr = Unlisted, Core = Core.Of(Unlisted) });
        (ImmutableArray<CpuDescription> Cpus, string What, string Says)[] sets =
        [
            ([may], "where every CPU may split blocks live", "that may all split blocks live"),
            ([mayNot], "where the boot CPU may not split blocks live", "of which the first may not split blocks live"),
            ([may, mayNot], "after a repaint", "of which the first may split blocks live and another may not"),
        ];
        var now = ModeOf(machine);
        foreach (var (cpus, what, says) in sets)
        {
            var other = machine with { Cpus = cpus };
            if (ModeOf(other) is var mode && mode != now && (mode == BootMode.Repaint) == (cpus.Length == 2))
                yield return new(what, $"as {machine.Rules.Version} leaves it {what}", other, [new(CpusKey, says)]);
        }
    }

    private static BootMode ModeOf(MachineDescription machine) =>
        PaintDecision.OfBootCpu(machine).Mode(NoAbortCapability.Of(machine).SystemSupports);

    private static IEnumerable<AlternativeMachine> Parameters(MachineDescription machine) =>
        CommandLines(machine).Concat(Isolations(machine));

    private static IEnumerable<AlternativeMachine> CommandLines(MachineDescription machine)
    {
        string[] parameters =
        [
            .. machine.Rules.RodataOnIsFull ? (string[])["rodata=on", "rodata=noalias"] : ["rodata=full", "rodata=on"],
            "rodata=off", "kfence.sample_interval=0", "kfence.sample_interval=100", "debug_pagealloc=on",
        ];
        foreach (string parameter in parameters)
        {
            var other = WithParameter(machine, parameter);
            var (line, now) = (other.Machine.CommandLine, machine.CommandLine);
            if (line.RodataEnabled != now.RodataEnabled || line.RodataFull != now.RodataFull
                || line.KfenceEarly != now.KfenceEarly || line.DebugPagealloc != now.DebugPagealloc)
                yield return other;
        }

        bool kfence = !machine.Config.Kfence;
        var built = machine with { Config = machine.Config with { Kfence = kfence } };
        var kernel = Made($"a kernel {(kfence ? "with" : "without")} KFENCE",
            built with { CommandLine = Parse(machine.CommandLine.Text, built, machine.Rules) },
            "kernel.config.KFENCE", kfence ? "true" : "false");
        // A file that names a set of values gets an object instead, in which a value that is missing is Debian's.
        yield return !kfence ? kernel : kernel with
        {
            Edits = [.. kernel.Edits, new("kernel.config.KFENCE_SAMPLE_INTERVAL",
                machine.Config.KfenceSampleInterval.ToString(CultureInfo.InvariantCulture))],
        };
    }

    // Two parameters of different names. The second one's edit has both, as it gives the whole command line.
    private static IEnumerable<(AlternativeMachine First, AlternativeMachine Second)> Pairs(MachineDescription machine)
    {
        List<string> seen = [];
        foreach (var first in Parameters(machine).Where(p => p.Edits[0].Key == LineKey))
        {
            seen.Add(NameOf(first));
            foreach (var second in Parameters(first.Machine).Where(p => p.Edits[0].Key == LineKey))
            {
                if (!seen.Contains(NameOf(second)))
                    yield return (first, second);
            }
        }

        static string NameOf(AlternativeMachine parameter) => parameter.Cause.Split('=')[0];
    }

    // Whether leaves are global depends on KPTI, and on KASLR while nothing says that KPTI is off.
    private static IEnumerable<AlternativeMachine> Isolations(MachineDescription machine)
    {
        var now = KernelIsolation.Of(machine);
        List<AlternativeMachine> others =
        [
            .. ((string[])["kpti=off", "kpti=on", "nokaslr"]).Select(parameter => WithParameter(machine, parameter)),
            Made("KASLR", machine with { Kaslr = true }, "kernel.kaslr", "true"),
        ];
        return others.Where(o => KernelIsolation.Of(o.Machine).NotGlobal != now.NotGlobal);
    }

    private static IEnumerable<AlternativeMachine> Versions(MachineDescription machine)
    {
        // Where rules change, or mistakes are fixed.
        var versions = KernelRules.Changes.Concat(KernelBug.All.Select(b => b.FixedIn)).Distinct().Order();
        foreach (var version in versions.Where(v => v != machine.Rules.Version))
        {
            var rules = KernelRules.Of(version);
            yield return Made(version.ToString(),
                machine with { Rules = rules, CommandLine = Parse(machine.CommandLine.Text, machine, rules) },
                "kernel.version", Quoted(version.ToString()));
        }
    }

    private static CommandLine Parse(string text, MachineDescription machine, KernelRules rules) =>
        CommandLine.Parse(text.Trim(), rules, machine.Config, machine.Geometry.Granule.PageSize);

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}

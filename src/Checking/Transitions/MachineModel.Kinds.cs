using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>The kinds of a machine's CPUs: what each performs, and at which level.</summary>
public sealed partial class MachineModel
{
    public ToyCpuKind BootCpu { get; }

    /// <summary>The kinds of the other CPUs, one for each level.</summary>
    public ImmutableArray<ToyCpuKind> Secondaries { get; }

    /// <summary>CPU 1's kind if it has its own program; otherwise null.</summary>
    public ToyCpuKind? Outsider { get; }

    /// <summary>All kinds of CPUs.</summary>
    public IEnumerable<ToyCpuKind> Kinds =>
        Outsider is { } outsider ? [BootCpu, .. Secondaries, outsider] : [BootCpu, .. Secondaries];

    /// <summary>The stores of a kind of CPU, which its store buffer holds until they are performed.</summary>
    public ImmutableArray<DescriptorStore> StoresOf(ToyCpuKind kind) =>
        kind.Writer is { } writer ? writer.Stores : kind == BootCpu ? Stores : [];

    /// <summary>The kinds of the CPUs of a machine, CPU 0 first.</summary>
    /// <param name="levels">As for the model.</param>
    public ImmutableArray<ToyCpuKind> Cast(int cpus, IReadOnlyList<BbmLevel> levels) =>
    [
        .. Enumerable.Range(0, cpus).Select(i => i == 0 ? BootCpu
            : i == 1 && Outsider is { } outsider ? outsider
            : Secondaries.First(k => k.Bbm == levels[Math.Min(i, levels.Count - 1)])),
    ];

    // The stores that walks may have read when a TLBI takes effect, by the TLBI's step: none that its CPU issues after
    // the DSB that completes it.
    private Func<int, IReadOnlyList<DescriptorStore>> StoresUntil(ImmutableArray<ScriptStep> program) => step =>
    {
        if (program != Script.BootCpu || step >= program.Length)
            return Stores;
        bool broadcasts = ToyCpuKind.Broadcasts(program[step].Step);
        int dsb = program.FirstIndex(step, s => s is Dsb barrier && barrier.Kind.Completes(broadcasts));
        return dsb < 0 ? Stores : [.. Stores.Where(s => (IssuedBefore[dsb] & s.Bit) != 0)];
    };

    private ToyCpuKind Kind(
        string name, BbmLevel level, ImmutableArray<ScriptStep> program, Func<int, uint> floor, bool cnp,
        bool isInterrupted)
    {
        var changes = new ChangeFlow(program, Script, Universe, _repeatsTlbi);
        var graph = new ProgramGraph(program, Script.Handler, isInterrupted, cnp, changes);
        int stopped = program.LastIndex(program.Length, s => s is Stopped);
        bool isCounted = program != Script.Outsider || program.Any(s => s.Step is CountIn);
        var accesses = PageAccess.Of(graph, level, Universe, Scene);
        // With an interrupt another CPU's floor comes to the CPU that takes it, whatever that CPU's TLBIs name.
        var writer = Layout is null ? null : new WriterProgram(
            name, program, graph, Universe, HasInterrupts ? Script.AllSteps : program, EarlyFaults is not null);
        var own = writer?.OwnStores
            ?? (program == Script.BootCpu ? new(graph, Stores, IssuedBefore)
                : new OwnStores(graph, [], [.. new uint[graph.Places.Length]]));
        return new(name, level, program, graph, Universe, Scene, StoresUntil(program), floor, Math.Max(0, stopped), own,
            new(graph, changes, Universe))
        {
            IsCounted = isCounted,
            Writer = writer,
            Accesses = accesses,
            Lingers = _remembersAll || Layout is not null || program == Script.BootCpu || accesses is not null
                || LingeringEntries.Matter(
                    program, ProgramPoint.Of(program, cnp), isCounted, Script, Stores, IssuedBefore,
                    new ChangeFlow(Script.BootCpu, Script, Universe, _repeatsTlbi).ReleaseAsksForFlush),
        };
    }
}

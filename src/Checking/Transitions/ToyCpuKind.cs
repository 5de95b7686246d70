using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>A CPU's level, its program, and what follows from both. CPUs of one kind may be exchanged.</summary>
public sealed class ToyCpuKind
{
    private readonly uint[] _tlbiScope;
    private readonly uint[] _tlbiKeeps;
    private readonly uint[] _removed;

    /// <param name="floor">
    /// For each step that is a TLBI: the stores that its issuer's last DSB had ordered, as a mask.
    /// </param>
    public ToyCpuKind(
        string name, BbmLevel level, ImmutableArray<ScriptStep> program, EntryUniverse universe, MapChangeGoal scene,
        IReadOnlyList<DescriptorStore> stores, Func<int, uint> floor, bool cnp, int start)
    {
        Name = name;
        Bbm = level;
        Program = program;
        Points = ProgramPoint.Of(program, cnp);
        Start = start;
        _tlbiScope = new uint[program.Length];
        _tlbiKeeps = new uint[program.Length];
        _removed = new uint[program.Length];
        for (int i = 0; i < program.Length; i++)
        {
            if (Operation(program[i].Step, universe.Machine) is not { } operation)
                continue;
            if (Points[i + 1] is { LocalPending: true, BroadcastPending: true })
                throw new ModelLimitException(
                    $"{name}: expected a DSB between a local and a broadcast TLBI, found none before step {i + 1}, "
                    + $"\"{program[i].Step}\"");
            _tlbiScope[i] = universe.Scope(operation);
            _tlbiKeeps[i] = Keeps(universe, scene, stores, floor(i));
        }

        uint pending = 0;
        for (int i = 0; i < program.Length; i++)
        {
            pending |= _tlbiScope[i] & ~_tlbiKeeps[i];
            if (!Points[i].IsCompletedBefore(Points[i + 1]))
                continue;
            _removed[i] = pending;
            pending = 0;
        }
    }

    public string Name { get; }

    public BbmLevel Bbm { get; }

    public ImmutableArray<ScriptStep> Program { get; }

    public ImmutableArray<ProgramPoint> Points { get; }

    /// <summary>The number of the step that waits for stop_machine() to reach the CPU.</summary>
    public int Start { get; }

    /// <summary>Whether CPU 0 waits for the CPU: a CPU outside stop_machine() is not counted.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>
    /// Whether entries that the CPU has invalidated and may use until its ISB can decide a verdict; see
    /// <see cref="LingeringEntries"/>.
    /// </summary>
    public bool Lingers { get; init; } = true;

    /// <summary>
    /// The accesses of its program that must find something, by the point before each; null where there are none.
    /// </summary>
    internal PageAccess?[]? Accesses { get; init; }

    /// <summary>Its stores and barriers where several CPUs store; null where only CPU 0 does.</summary>
    internal WriterProgram? Writer { get; init; }

    /// <summary>
    /// The entries that no CPU may use any longer once the DSB of a step has completed the TLBIs before it.
    /// </summary>
    public uint Removed(int step) => _removed[step];

    /// <summary>The entries that the TLBI of a step names.</summary>
    public uint Scope(int step) => _tlbiScope[step];

    /// <summary>
    /// The entries that a walk may have read after the TLBI's floor, which excludes values overwritten before it.
    /// </summary>
    public uint Keeps(int step) => _tlbiKeeps[step];

    /// <summary>The operation of a step, or null.</summary>
    public static TlbiOperation? Operation(Step step, ToyMachine machine) => step switch
    {
        Tlbi tlbi => tlbi.Operation,
        TlbiRange range => range.At(machine.BlockOf(range.Range), machine.Geometry.Size(Arm.Geometry.Level.L2),
            machine.Geometry.Granule.PageSize),
        WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dsb or Dmb => null,
        EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or AwaitAll or ClearFlag or AwaitRelease
            or Stopped => null,
        SplitToPages or WriteEntries or FreeTable or AllocatorLock or TableLock or SkipUnless => null,
        SetWord or AddToWord or AwaitWord or SkipUnlessWord or AccessPage => null,
        _ => throw new UnknownStepException(step, nameof(ToyCpuKind)),
    };

    private static uint Keeps(
        EntryUniverse universe, MapChangeGoal scene, IReadOnlyList<DescriptorStore> stores, uint floor)
    {
        uint keeps = universe.Entries.Where(e => e.Word is null).Aggregate(0u, (mask, e) => mask | e.Bit);
        foreach (var (word, first) in scene.Initial)
        {
            var values = new List<WordContent> { first };
            var written = stores.Where(s => s.Word == word).ToList();
            values.AddRange(written.Select(s => s.Content));
            int before = written.Count(s => (floor & s.Bit) != 0);
            keeps |= values.Skip(before).Aggregate(0u, (mask, v) => mask | universe.Of(word, v));
        }

        return keeps;
    }
}

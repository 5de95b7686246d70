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
    private readonly ProgramGraph _graph;
    private readonly Step?[] _steps;
    private readonly int[] _next;
    private readonly bool[] _isEnd;
    private readonly uint[] _tlbiScope;
    private readonly uint[] _tlbiKeeps;
    private readonly uint[] _removed;

    /// <param name="stores">
    /// For each step that is a TLBI: the stores of CPU 0 that a walk may have read before the TLBI takes effect.
    /// </param>
    /// <param name="floor">
    /// For each step that is a TLBI: the stores that its issuer's last DSB had ordered, as a mask.
    /// </param>
    internal ToyCpuKind(
        string name, BbmLevel level, ImmutableArray<ScriptStep> program, ProgramGraph graph, EntryUniverse universe,
        MapChangeGoal scene, Func<int, IReadOnlyList<DescriptorStore>> stores, Func<int, uint> floor, int start,
        OwnStores ownStores, OpenChanges openChanges)
    {
        (OwnStores, OpenChanges) = (ownStores, openChanges);
        Name = name;
        Bbm = level;
        Program = program;
        Start = start;
        _graph = graph;
        Points = [.. graph.Places.Select(p => p.Point)];
        _steps = [.. graph.Ways.Select(w => w.Step)];
        _next = [.. graph.Ways.Select(w => w.Next)];
        _isEnd = [.. graph.Places.Select(p => p is { IsHandling: false, MayTake: false } && p.Main == program.Length)];
        int places = graph.Places.Length;
        _tlbiScope = new uint[places];
        _tlbiKeeps = new uint[places];
        _removed = new uint[places];
        for (int i = 0; i < places; i++)
        {
            if (_steps[i] is not { } step || Operation(step, universe.Machine) is not { } operation)
                continue;
            if (Points[_next[i]] is { LocalPending: true, BroadcastPending: true })
                throw new ModelLimitException(
                    $"{name}: {MixedTlbis(i, step)}", program.ElementAtOrDefault(graph.Places[i].Main));
            _tlbiScope[i] = universe.Scope(operation);
            int main = graph.Places[i].Main;
            _tlbiKeeps[i] = Keeps(universe, scene, stores(main), floor(main));
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

    /// <summary>
    /// What follows from each place where the CPU can stand. The places of the program come first, one before each
    /// step and one after the last; behind them are those that an interrupt leads to.
    /// </summary>
    public ImmutableArray<ProgramPoint> Points { get; }

    /// <summary>The step that a CPU at a place performs next; null before a return and at the end.</summary>
    public Step? StepAt(int place) => _steps[place];

    /// <summary>The place after that step, or after the return from an interrupt; -1 at the end.</summary>
    public int Next(int place) => _next[place];

    /// <summary>Whether the program has ended, and there is no interrupt to take.</summary>
    public bool IsEnd(int place) => _isEnd[place];

    /// <summary>The number of the program's step that is next, or is next after the return from an interrupt.</summary>
    public int MainAt(int place) => _graph.Places[place].Main;

    /// <summary>The place and the ways from it.</summary>
    internal ProgramWays WaysFrom(int place) => _graph.Ways[place];

    /// <summary>A place by its number.</summary>
    internal ProgramPlace PlaceAt(int place) => _graph.Places[place];

    /// <summary>Whether a CPU at a place may have added to a word of the protocol's own.</summary>
    internal bool MayHaveAdded(int place, string word) => _graph.MayHaveAdded(place, word);

    /// <summary>The phase of the step at a place; empty at a place without one.</summary>
    internal string PhaseAt(int place) => _graph.PhaseAt(place);

    /// <summary>The number of the step that waits for stop_machine() to reach the CPU.</summary>
    public int Start { get; }

    /// <summary>Whether a CPU at a place waits with the program's next step for stop_machine() to reach it.</summary>
    public bool IsStart(int place) =>
        place == Start || (place > Program.Length && PlaceAt(place) is { IsHandling: false } at && at.Main == Start);

    /// <summary>Whether CPU 0 waits for the CPU: a CPU outside stop_machine() is not counted.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>
    /// Whether entries that the CPU has invalidated and may use until its ISB can decide a verdict; see
    /// <see cref="LingeringEntries"/>.
    /// </summary>
    public bool Lingers { get; init; } = true;

    /// <summary>
    /// The accesses of its program and its handler that must find something, by the place before each; null where there
    /// are none.
    /// </summary>
    internal PageAccess?[]? Accesses { get; init; }

    /// <summary>Its stores and barriers where several CPUs store; null where only CPU 0 does.</summary>
    internal WriterProgram? Writer { get; init; }

    /// <summary>
    /// The entries that no CPU may use any longer once the DSB at a place has completed the TLBIs before it.
    /// </summary>
    public uint Removed(int place) => _removed[place];

    /// <summary>The entries that the TLBI at a place names.</summary>
    public uint Scope(int place) => _tlbiScope[place];

    /// <summary>
    /// The entries that a walk may have read after the TLBI's floor, which excludes values overwritten before it.
    /// </summary>
    public uint Keeps(int place) => _tlbiKeeps[place];

    /// <summary>For which of its stores its DSBs wait.</summary>
    internal OwnStores OwnStores { get; }

    /// <summary>Which of its changes are not complete.</summary>
    internal OpenChanges OpenChanges { get; }

    /// <summary>Whether a step is a TLBI that every CPU performs.</summary>
    internal static bool Broadcasts(Step step) =>
        step is Tlbi { Operation.Broadcast: true } or TlbiRange { Broadcast: true };

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
        SetWord or AddToWord or AwaitWord or SkipUnlessWord or AccessPage or SendIpi or MaskInterrupts => null,
        _ => throw new UnknownStepException(step, nameof(ToyCpuKind)),
    };

    // What is expected where local and broadcast TLBIs are pending together.
    private string MixedTlbis(int place, Step tlbi)
    {
        var (at, main) = (_graph.Places[place], _graph.Places[place].Main);
        if (!at.IsHandling)
            return "expected a DSB between a local and a broadcast TLBI, found none before "
                + $"step {main + 1}, \"{tlbi}\"";
        string pending = at.Point.BroadcastPending ? "broadcast" : "local";
        string where = main < Program.Length
            ? $"before step {main + 1}, \"{Program[main].Step}\"" : "after the last step";
        return $"expected a DSB, or masked interrupts, between a {pending} TLBI and the handler's "
            + $"\"{tlbi}\", found an interrupt {where}";
    }

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

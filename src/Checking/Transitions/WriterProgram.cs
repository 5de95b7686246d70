using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// What follows from a CPU's program where several CPUs store: its stores, which of its barriers are a floor for its
/// TLBIs, and where a phase that is skipped ends.
/// </summary>
internal sealed class WriterProgram
{
    private readonly ImmutableArray<ScriptStep> _program;
    private readonly ImmutableArray<ProgramPoint> _points;
    private readonly bool[] _isFloor;
    private readonly bool[] _needsWindow;
    private readonly bool[] _needsStoreWindow;
    private readonly uint[] _pendingScope;
    private readonly uint[] _touched;
    private readonly int[] _settled;

    public WriterProgram(
        string name, ImmutableArray<ScriptStep> program, ImmutableArray<ProgramPoint> points, EntryUniverse universe)
    {
        (_program, _points) = (program, points);
        (Stores, IssuedBefore) = DescriptorStore.Of(program, buffersUnlocks: true);
        _isFloor = Floors(program);
        _needsWindow = new bool[program.Length + 1];
        _needsStoreWindow = new bool[program.Length + 1];
        _pendingScope = new uint[program.Length + 1];
        _touched = new uint[program.Length + 1];
        _settled = new int[program.Length + 1];
        for (int i = program.Length - 1; i >= 0; i--)
        {
            bool later = !_isFloor[i] && _needsWindow[i + 1];
            bool laterStore = !_isFloor[i] && _needsStoreWindow[i + 1];
            if (program[i].Step is SkipUnless or SkipUnlessWord)
            {
                int target = CheckedTarget(name, i);
                later |= _needsWindow[target];
                laterStore |= _needsStoreWindow[target];
            }

            _needsWindow[i] = later || program[i].Step.Has(StepEffects.InvalidatesTlb) || IsPending(points[i]);
            _needsStoreWindow[i] = laterStore || (IsStoreFloor(i) && _needsWindow[i + 1]);
        }

        foreach (var (step, _) in program)
            Named |= ToyCpuKind.Operation(step, universe.Machine) is { } operation ? universe.Scope(operation) : 0;
        // Parents come before children.
        foreach (var entry in universe.Entries.Where(e => e.Parent >= 0 && (Named >> e.Parent & 1) != 0))
            Named |= entry.Bit;
        for (int i = 0; i < program.Length; i++)
            Advance(i, universe);
        int last = Enumerable.Range(0, program.Length).LastOrDefault(i => program[i].Step.Has(PartsOfChange), -1);
        ChangeEnds = Stores.Any(s => s.Word is not null) ? last + 1 : 0;
    }

    // A change ends after the last of these.
    private const StepEffects PartsOfChange = StepEffects.StoresDescriptors | StepEffects.InvalidatesTlb
        | StepEffects.CompletesEarlier | StepEffects.SynchronizesContext;

    public ImmutableArray<DescriptorStore> Stores { get; }

    /// <summary>For each point of the program, the stores issued before it, as a mask of the first ones.</summary>
    public ImmutableArray<uint> IssuedBefore { get; }

    /// <summary>The point from which the CPU's change is complete; 0 for a CPU that stores no descriptor.</summary>
    public int ChangeEnds { get; }

    /// <summary>
    /// The entries that some TLBI of the CPU names, and those that they lead to. What a pending TLBI leaves differs
    /// from a may-set in these alone, and only for these the floor matters.
    /// </summary>
    public uint Named { get; }

    /// <summary>Whether the CPU stores descriptors or words, skips phases by them, or broadcasts TLBIs.</summary>
    public bool ActsOnOthers => _program.Any(
        s => s.Step is SkipUnless or SkipUnlessWord or SetWord || s.Step.Has(StepEffects.StoresDescriptors))
        || _points.Any(p => p.BroadcastPending);

    /// <summary>Whether a later TLBI of the CPU is ordered after everything before the DSB of a step.</summary>
    public bool IsFloor(int step) => _isFloor[step];

    /// <summary>Whether the DSB of a step orders a later TLBI of the CPU after its last store alone.</summary>
    public bool IsStoreFloor(int step) =>
        !_isFloor[step] && _program[step].Step.Has(StepEffects.CompletesEarlier);

    /// <summary>Whether a TLBI from a point on depends on what memory held since the CPU's last DSB.</summary>
    public bool NeedsWindow(int point) => _needsWindow[point];

    /// <summary>Whether a DSB ST from a point on depends on what memory held since the CPU's last store.</summary>
    public bool NeedsStoreWindow(int point) => _needsStoreWindow[point];

    /// <summary>The entries that the TLBIs pending at a point name.</summary>
    public uint PendingScope(int point) => _pendingScope[point];

    /// <summary>The entries of every range of which the CPU has issued a store before a point.</summary>
    public uint Touched(int point) => _touched[point];

    /// <summary>The number of the first stores that a DSB before a point has waited for on every way there.</summary>
    public int Settled(int point) => _settled[point];

    /// <summary>The first point after the phase of a step.</summary>
    public int Target(int step)
    {
        int end = step + 1;
        for (int i = step + 1; i < _program.Length; i++)
        {
            if (_program[i].Phase == _program[step].Phase)
                end = i + 1;
        }

        return end;
    }

    private void Advance(int i, EntryUniverse universe)
    {
        var (step, _) = _program[i];
        bool settles = step.Has(StepEffects.CompletesEarlier);
        int settled = settles ? System.Numerics.BitOperations.PopCount(IssuedBefore[i]) : _settled[i];
        // A point that a skip leads to knows of no DSB that was skipped; later points are filled in order.
        for (int from = 0; from <= i; from++)
        {
            if (_program[from].Step is SkipUnless or SkipUnlessWord && Target(from) == i + 1)
                settled = Math.Min(settled, _settled[from]);
        }

        _settled[i + 1] = settled;
        uint scope = ToyCpuKind.Operation(step, universe.Machine) is { } operation ? universe.Scope(operation) : 0;
        _pendingScope[i + 1] = IsPending(_points[i + 1]) ? _pendingScope[i] | scope : 0;
        _touched[i + 1] = _touched[i];
        foreach (var (word, _) in DescriptorStore.Writes(step))
        {
            if (word is { } written)
                _touched[i + 1] |= universe.Of(written.Range);
        }
    }

    private static bool IsPending(ProgramPoint point) => point.LocalPending || point.BroadcastPending;

    // A full DSB orders a TLBI after everything before it. DSB ST orders it after the CPU's last store alone, which is
    // the same unless the CPU has loaded since: then other CPUs may have stored before what it loaded. Taking a lock
    // and counting in are stores as well. After a load its branch orders the CPU's next store.
    private bool[] Floors(ImmutableArray<ScriptStep> program)
    {
        var floors = new bool[program.Length];
        bool hasLoaded = false;
        for (int i = 0; i < program.Length; i++)
        {
            hasLoaded |= Enumerable.Range(0, i).Any(
                from => program[from].Step is SkipUnless or SkipUnlessWord && Target(from) == i);
            switch (program[i].Step)
            {
                case Dsb dsb:
                    floors[i] = dsb.Kind != DsbKind.Ishst || !hasLoaded;
                    hasLoaded &= !floors[i];
                    break;
                case AwaitAll or AwaitRelease or SkipUnless or AwaitWord or SkipUnlessWord or AccessPage:
                    hasLoaded = true;
                    break;
                case AllocatorLock or TableLock or CountIn or RaiseFlag or ClearFlag or WriteEntries or FreeTable
                    or SetWord or AddToWord:
                    hasLoaded = false;
                    break;
            }
        }

        return floors;
    }

    private int CheckedTarget(string name, int step)
    {
        int target = Target(step);
        if (IsPending(_points[step]) || !_points[step + 1].IsSameBetweenSteps(_points[target]))
        {
            throw new ModelLimitException(
                $"{name}: expected a phase that may be skipped to leave roots, TLBIs and barriers as they were, found "
                + $"other ones after it than before step {step + 1}, \"{_program[step].Step}\"");
        }

        return target;
    }
}

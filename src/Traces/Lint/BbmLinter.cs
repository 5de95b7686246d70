using System.Diagnostics;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges the events of a casemate trace in order against break-before-make at the CPUs' BBM levels, and against
/// casemate's rules for locks and roots. Its memory grows with the tables that the trace writes, not with the length of
/// the trace.
/// </summary>
internal sealed partial class BbmLinter
{
    private const int OldValuesPerPage = 4;

    private readonly LintedMemory _memory;
    private readonly ulong _maxFill;
    private readonly LintFindings _found;
    private readonly LintedControls _controls;
    private readonly LintedMairs _mairs = new();
    private readonly LintedAssumptions _assumptions = new();
    private readonly LintedTrees _trees;
    private readonly LintedLeaves _leaves = new();
    private readonly LintedLocks _locks;
    private readonly LintedHolders _holders;
    private readonly LintedRoots _roots;
    private readonly LintedDescriptors _descriptors;
    private readonly LintedSwitch _switch;
    private readonly LintedWorldSwitch _worldSwitch;
    private readonly LintedControlChange _controlChange;
    private readonly LintedSharing _sharing;
    private readonly UnorderedStores _unordered;
    private readonly StaleSteps _steps;
    private readonly TlbiReach _reach;
    private readonly IReadOnlyList<BbmLevel> _levels;

    // Every register as each CPU has written it last.
    private readonly Dictionary<(int Cpu, CasemateRegister Register), ulong> _registers = [];
    private long _mayAbortOnSwitch;
    private int _cpu;
    private LintedEvent _event;

    /// <param name="levels">The levels of CPU 0, CPU 1 and so on; the last one holds for all that follow.</param>
    /// <param name="maxPages">The number of pages whose contents are kept.</param>
    /// <param name="place">The text of src of the present event; null where it has none.</param>
    /// <param name="shortIds">The regimes whose IDs have 8 bits before the trace writes their TCR.</param>
    public BbmLinter(
        IReadOnlyList<BbmLevel> levels, int maxPages, Func<string?> place, IReadOnlySet<CasemateRegime> shortIds)
    {
        _controls = new LintedControls(shortIds);
        _holders = new LintedHolders(_leaves.HasGlobal);
        Func<int, BbmLevel> levelOf = LevelOf;
        _found = new LintFindings
        { Victim = (tree, writer) => tree is { } held ? _holders.Weakest(held, writer, levelOf) : null, Place = place };
        _locks = new LintedLocks(_found);
        _roots = new LintedRoots(_found);
        _levels = levels;
        _memory = new LintedMemory(maxPages);
        _maxFill = (ulong)maxPages * LintedPage.Size;
        var stale = new StaleIndex(OldValuesPerPage * (long)maxPages);
        _unordered = new UnorderedStores(OldValuesPerPage * (long)maxPages);
        var changes = new LiveDescriptorChange(_memory, stale, _holders, new(_mairs, _holders));
        var groups = new LintedGroups(stale, changes);
        _trees = new LintedTrees(_found, _memory, Linked, page => _descriptors!.Left(page))
        { Moves = page => _descriptors!.Moves(page), Abandons = Abandon };
        Func<int, CasemateRegime, bool> isOff = (cpu, regime) => _holders[cpu].IsOff(regime);
        _steps = new StaleSteps(stale, new StaleTables(_memory, stale), _holders)
        { Cleaned = old => _descriptors!.Clean(old), Kept = old => _descriptors!.Keep(old), IsOff = isOff };
        _descriptors = new LintedDescriptors(
            _found, _locks, stale, _steps, _leaves, changes, groups, new StaleBlocks(_memory, stale), _unordered,
            new UnlinkedTables(OldValuesPerPage * (long)maxPages), _holders,
            (page, writer) => _holders.Weakest(page.Roots, writer, levelOf) is { } weakest ? LevelOf(weakest) : null)
        {
            Trees = _trees,
            LevelOfCpu = levelOf,
            IsOff = isOff,
            HasOff = () => _holders.HasOff,
        };
        _switch = new LintedSwitch(_found, _memory, _holders, stale, _steps, changes, _leaves.HasGlobal, levelOf);
        _worldSwitch = new LintedWorldSwitch(_found);
        _controlChange = new LintedControlChange(_found, _memory, _leaves, stale, _holders, _mairs);
        _sharing = new LintedSharing(_found, IsPopulated);
        _reach = new TlbiReach(_memory, _holders, _controls, groups);
    }

    /// <summary>The number of live changes for which a CPU may take a conflict abort.</summary>
    public long MayAbort => _descriptors.MayAbort + _mayAbortOnSwitch + _worldSwitch.MayAbort;

    /// <summary>What the linter has assumed, because the trace does not say it; each a clause.</summary>
    public IReadOnlyList<string> Assumed => _assumptions.Of(_controls);

    /// <summary>Whether a register has led to a tree, so that changes could be judged.</summary>
    public bool HasTree => _assumptions.HasTree;

    /// <summary>The tables and registers as they are now.</summary>
    public LintedState State() => LintedState.Of(_memory, _registers.Select(r => (r.Key, r.Value)));

    /// <summary>The output address of an input address by a table that a CPU has walked; null for none.</summary>
    public ulong? OutputOf(ulong input) => _memory.OutputOf(input);

    /// <summary>The violations.</summary>
    public LintFindings Found => _found;

    /// <summary>An event happens; what it breaks is reported.</summary>
    public void Step(in CasemateEvent happened)
    {
        (_cpu, _controls.Cpu) = (happened.Cpu, happened.Cpu);
        _event = new(_event.At + 1, happened.Id);
        _steps.Begin(_event);
        _found.HasLocks |= happened.Kind is CasemateEventKind.Lock or CasemateEventKind.TryLock
            or CasemateEventKind.Unlock || (happened.Kind == CasemateEventKind.Hint
            && happened.Hint is CasemateHint.SetRootLock or CasemateHint.SetPteThreadOwner);
        switch (happened.Kind)
        {
            case CasemateEventKind.MemoryWrite:
                Write(happened.Address, happened.Value, happened.Release);
                break;
            case CasemateEventKind.MemoryRead:
                Read(happened.Address, happened.Value);
                break;
            case CasemateEventKind.MemorySet:
                Fill(happened.Address, happened.Size, happened.Value);
                break;
            case CasemateEventKind.MemoryInit:
                Initialize(happened.Address, happened.Size);
                break;
            case CasemateEventKind.MemoryFree:
                Free(happened.Address, happened.Size);
                break;
            case CasemateEventKind.Dsb:
                _steps.Dsb(_cpu, happened.Dsb);
                _unordered.Dsb(_cpu, happened.Dsb.Kind, _event);
                _holders.Dsb(_cpu, happened.Dsb);
                _holders[_cpu].CompleteNamed(happened.Dsb);
                _locks.Dsb(_cpu);
                break;
            case CasemateEventKind.Isb:
                _holders[_cpu].Isb(_event);
                _worldSwitch.Isb(_cpu);
                _controls.Isb();
                _sharing.Isb(_cpu);
                EndEarly();
                _mairs.Isb(_cpu, _event.At);
                break;
            case CasemateEventKind.Tlbi:
                Invalidate(happened.Tlbi, happened.Value);
                break;
            case CasemateEventKind.WriteRegister:
                if (happened.Register == CasemateRegister.Other)
                    break;
                _registers[(_cpu, happened.Register)] = happened.Value;
                SeeId(happened.Register, happened.Value);
                WriteRegister(happened.Register, happened.Value);
                break;
            case CasemateEventKind.Lock:
                _locks.Lock(happened.Address, _cpu);
                _unordered.Lock(happened.Address);
                break;
            case CasemateEventKind.TryLock:
                if (_locks.TryLock(happened.Address, _cpu))
                    _unordered.Lock(happened.Address);
                break;
            case CasemateEventKind.Unlock:
                _locks.Unlock(happened.Address, _cpu);
                _unordered.Unlock(happened.Address, _cpu, _event);
                break;
            case CasemateEventKind.Hint:
                Hint(happened);
                break;
            default:
                throw new UnreachableException($"the linter has no rule for {happened.Kind}");
        }
    }

    /// <summary>The trace ends.</summary>
    public void End() => _worldSwitch.Run(null);

    // A page becomes a table, or a table of one more tree.
    private void Linked(LintedPage page)
    {
        if (page.LinkedAt == 0)
            page.LinkedAt = _event.At;
        _descriptors.Linked(page);
        _controlChange.CheckTypesOf(page);
    }

    private BbmLevel LevelOf(int cpu) => _levels[Math.Min(cpu, _levels.Count - 1)];

    // The CPU that fails since an old value may still be cached.
    private int? Failing(LintedPage page, StaleValue? old) => _holders.Failing(page.Roots, old, _cpu, LevelOf);
}

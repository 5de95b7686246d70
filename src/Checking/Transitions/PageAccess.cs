using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// An access of a protocol on a toy machine: by which translations it would not find what it must. It is judged in each
/// state in which the CPU may perform it, against every translation that the CPU may use then. Accesses are performed
/// in program order.
/// </summary>
internal sealed class PageAccess
{
    private readonly EntryUniverse _universe;
    private readonly VirtualAddress _address;
    private readonly PhysicalAddress? _old;
    private readonly PhysicalAddress? _new;
    private readonly uint _wrong;
    private readonly uint _onTheWay;
    private readonly bool _mayFault;
    // Blocks by which the access may take a Translation fault although they permit it.
    private readonly uint _mayFaultAnyway;

    public PageAccess(AccessPage step, BbmLevel level, EntryUniverse universe, MapChangeGoal scene)
    {
        (Step, _universe) = (step, universe);
        var page = PageOf(step);
        _address = page.Address(universe.Machine);
        _old = Reached(universe.Machine, scene.Initial, page, second: false);
        _new = Reached(universe.Machine, scene.Intended, page, second: scene.Root == RootTable.Second);
        _mayFault = step.Expected.MayFault;
        _onTheWay = EarlyFaults.OnTheWayTo(step);
        foreach (var entry in universe.Members(universe.Kernel))
        {
            bool isLeaf = !entry.Entry.IsTable && entry.Entry.Covers(universe.Machine.Geometry, _address);
            if (isLeaf && (Outcomes(entry) & step.Expected.Allowed) == 0)
                _wrong |= entry.Bit;
            // A CPU below level 2 may fault by a block that carries nT (R_MRRPW).
            if (isLeaf && !_mayFault && level < BbmLevel.Level2 && entry.Content == WordContent.BlockNt)
                _mayFaultAnyway |= entry.Bit;
        }
    }

    public AccessPage Step { get; }

    /// <summary>Whether the address has a page of memory at the end.</summary>
    public bool HasNewPage => _new is not null;

    /// <summary>
    /// The accesses of a program and its handler, by the place before each; null where none can be wrong.
    /// </summary>
    public static PageAccess?[]? Of(ProgramGraph graph, BbmLevel level, EntryUniverse universe, MapChangeGoal scene)
    {
        if (!graph.Ways.Any(w => w.Step is AccessPage access && access.Expected != AccessExpectation.Anything))
            return null;
        return
        [
            .. graph.Ways.Select(
                w => w.Step is AccessPage access ? new PageAccess(access, level, universe, scene) : null),
        ];
    }

    /// <summary>Whether the CPU may use a translation by which the access does not find what it must.</summary>
    public bool IsWrong(in ToyCpuState cpu, ProgramPoint point, MemoryView view, in EarlyWalks early) =>
        (WrongLeaves(cpu) | WrongTables(cpu, view) | WrongWords(early)) != 0 || (!_mayFault && MayHaveNoRoot(point));

    /// <summary>The leaves that the CPU may use and the access must not.</summary>
    public uint WrongLeaves(in ToyCpuState cpu) => Usable(cpu) & (_wrong | _mayFaultAnyway);

    /// <summary>The table entries that lead the access to an invalid descriptor, where it must not fault.</summary>
    public uint WrongTables(in ToyCpuState cpu, MemoryView view) =>
        _mayFault ? 0 : Usable(cpu) & view.ToNothing(PageOf(Step));

    /// <summary>
    /// The words that a walk begun early may have found invalid on its way to the page, where the access must not
    /// fault; bits as <see cref="EarlyFaults.BitOf"/>.
    /// </summary>
    public uint WrongWords(in EarlyWalks early) => _mayFault ? 0 : early.Found & _onTheWay;

    /// <summary>Whether a TLB miss of the access may find no root that maps the kernel.</summary>
    public static bool MayHaveNoRoot(ProgramPoint point) =>
        (point.Ttbr1 & ~RootTableSet.Populated) != 0 || point.Epd1;

    /// <summary>What the access does by a leaf: "reaches 0x40000000", "takes a permission fault".</summary>
    public string Told(WatchedEntry leaf) => (_mayFaultAnyway & leaf.Bit) != 0
        ? "may take a Translation fault, since the block carries nT" : Permits(leaf)
        ? $"reaches {leaf.Entry.Translate(_address)}" : "takes a permission fault";

    private static WatchedWord PageOf(AccessPage step) => new(step.Range, step.Page);

    private static uint Usable(in ToyCpuState cpu) => cpu.MaySet | cpu.UsableUntilIsb;

    private bool Permits(WatchedEntry leaf) =>
        leaf.Entry.Permits(_universe.Machine.Geometry, Step.Kind) == WalkFault.None;

    private AccessOutcomes Outcomes(WatchedEntry leaf)
    {
        if (!Permits(leaf))
            return AccessOutcomes.Fault;
        var output = leaf.Entry.Translate(_address);
        var outcomes = (output == _old ? AccessOutcomes.OldPage : AccessOutcomes.None)
            | (output == _new ? AccessOutcomes.NewPage : AccessOutcomes.None);
        return outcomes == AccessOutcomes.None ? AccessOutcomes.OtherPage : outcomes;
    }

    // Where a map has a page of memory; null where it maps nothing.
    private static PhysicalAddress? Reached(
        ToyMachine machine, ImmutableDictionary<WatchedWord, WordContent> held, WatchedWord page, bool second)
    {
        var pmd = new WatchedWord(page.Range, -1, second);
        var content = held[pmd];
        if (content is WordContent.Table or WordContent.SecondTable)
            pmd = page with { Second = content == WordContent.SecondTable };
        var level = pmd.IsPmd ? Level.L2 : Level.L3;
        content = held[pmd];
        if (content is WordContent.None or WordContent.Unfilled or WordContent.Freed)
            return null;
        var va = page.Address(machine);
        var walk = new WalkResult(WalkFault.None, level, pmd.Descriptor(machine, content));
        return TlbEntry.ForLeaf(machine.Geometry, va, walk, 0).Translate(va);
    }
}

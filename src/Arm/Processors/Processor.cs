using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>
/// The address translation of one CPU: its TTBRs, its TLB, its BBM level, and the local TLBIs that no DSB has completed
/// yet. It is deterministic: where hardware has a choice (which root before an ISB, group or single entry), the caller
/// chooses.
/// </summary>
public sealed class Processor
{
    private readonly TranslationGeometry _geometry;
    private readonly List<TlbiOperation> _pending = [];

    /// <param name="implementedPaBits">ID_AA64MMFR0_EL1.PARange as a number of bits.</param>
    public Processor(
        TranslationGeometry geometry, TlbGeometry tlb, BbmLevel bbm, Ttbr ttbr0, Ttbr ttbr1, int implementedPaBits = 52)
    {
        _geometry = geometry;
        Tlb = new Tlb(geometry, tlb);
        Bbm = bbm;
        Ttbr0 = new TtbrRegister(ttbr0);
        Ttbr1 = new TtbrRegister(ttbr1);
        ImplementedPaBits = implementedPaBits;
    }

    public Tlb Tlb { get; }

    public BbmLevel Bbm { get; }

    public TtbrRegister Ttbr0 { get; }

    public TtbrRegister Ttbr1 { get; }

    /// <summary>TCR_EL1.EPD0: whether a TLB miss in the lower half walks from TTBR0.</summary>
    public WalkSwitch Walks0 { get; } = new();

    /// <summary>TCR_EL1.EPD1: whether a TLB miss in the upper half walks from TTBR1.</summary>
    public WalkSwitch Walks1 { get; } = new();

    public int ImplementedPaBits { get; }

    /// <summary>The register that translates an address: TTBR1 for the upper half, TTBR0 for the lower.</summary>
    public TtbrRegister TtbrFor(VirtualAddress va) => va.IsUpperHalf ? Ttbr1 : Ttbr0;

    /// <summary>The switch of the walks for an address.</summary>
    public WalkSwitch WalksFor(VirtualAddress va) => va.IsUpperHalf ? Walks1 : Walks0;

    /// <summary>ISB: earlier writes of TTBRs and of TCR_EL1 take effect.</summary>
    public void Isb()
    {
        Walks0.Synchronize();
        Walks1.Synchronize();
        Ttbr0.Synchronize();
        Ttbr1.Synchronize();
    }

    /// <summary>
    /// Issues a local TLBI. It takes effect at the DSB that completes it; before that, it may have done nothing
    /// (R_TGVWD).
    /// </summary>
    public void IssueLocal(in TlbiOperation operation) => _pending.Add(operation);

    /// <summary>Completes the local TLBIs issued before, unless the DSB is an LD or ST form.</summary>
    public void Dsb(DsbKind kind)
    {
        if (!kind.Completes(broadcast: false))
            return;
        foreach (var operation in _pending)
            Tlb.Invalidate(operation);
        _pending.Clear();
    }

    /// <summary>Completes a broadcast TLBI of another CPU on this one (R_WWQZZ).</summary>
    public int CompleteBroadcast(in TlbiOperation operation) => Tlb.Invalidate(operation);

    /// <summary>
    /// A speculative walk. It happens whatever the TLB holds, caches what it finds, and reports whether a new entry
    /// contradicts one that was there.
    /// </summary>
    /// <param name="memory">The tables as this walker sees them.</param>
    /// <param name="root">One of the values that the register for the address may have.</param>
    /// <param name="wholeGroup">Whether to cache a contiguous leaf as one entry for its whole group.</param>
    /// <param name="source">The number of the walk, which its entries carry.</param>
    /// <param name="below">
    /// The level of the cached table entry from which the walk starts; it caches only what it reads below. Null for a
    /// walk that starts from the root.
    /// </param>
    public SpeculativeFill Speculate(
        TableSnapshot memory, Ttbr root, VirtualAddress va, bool wholeGroup, int source, Level? below = null)
    {
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        var walk = TableWalker.Walk(memory, root.RootAddress, va, ImplementedPaBits, steps, out int count);
        var found = new Overlap();
        TlbEntry entry = default;

        // A walk cache may keep a valid table descriptor even if the walk faults below it (R_SQBCS), but not a
        // descriptor that itself causes the fault (R_XCLRD).
        int cacheable = walk.Fault == WalkFault.AddressSize ? count - 1 : count;
        for (int i = 0; i < cacheable; i++)
        {
            if (steps[i].Value.Kind(_geometry, steps[i].Level) == DescriptorKind.Table
                && !(below is { } cached && steps[i].Level <= cached))
                Fill(TlbEntry.ForTable(_geometry, va, steps[i].Level, steps[i].Value, root.Asid, source), ref found);
        }

        if (walk.IsTranslation)
        {
            entry = wholeGroup && walk.Leaf.Contiguous
                ? TlbEntry.ForGroup(_geometry, va, walk, root.Asid, source)
                : TlbEntry.ForLeaf(_geometry, va, walk, root.Asid, source);
            Fill(entry, ref found);
        }

        return new(walk, entry, found.Other, found.Added, found.Verdict);
    }

    /// <summary>
    /// An explicit access: the TLB translates it, or a walk does and is cached. The walk starts from the oldest root
    /// that may still be in effect, and there is none where EPDn may be 1: the worst case for code that lacks an ISB.
    /// </summary>
    /// <param name="choice">If several entries match, selects among the outcomes that the CPU's level allows.</param>
    public AccessResult Access(
        TableSnapshot memory, VirtualAddress va, uint choice = 0, AccessKind kind = AccessKind.Load)
    {
        var ttbr = TtbrFor(va).Possible[0];
        if (Tlb.TryLookup(va, ttbr.Asid, out var entry))
        {
            return Tlb.TryLookupLarger(va, ttbr.Asid, entry.Shift, out var other)
                ? OverlappingAccess.Resolve(_geometry, Bbm, va, entry, other, kind, choice)
                : new(entry.Permits(_geometry, kind), entry.Level, entry.Translate(va), true);
        }

        if (WalksFor(va).MayFault)
            return new(WalkFault.Translation, Level.L0, default, false);
        var walk = TableWalker.Walk(memory, ttbr.RootAddress, va, ImplementedPaBits);
        if (!walk.IsTranslation)
            return new(walk.Fault, walk.Level, default, false);
        entry = TlbEntry.ForLeaf(_geometry, va, walk, ttbr.Asid);
        Tlb.Insert(entry);
        return new(entry.Permits(_geometry, kind), walk.Level, entry.Translate(va), false);
    }

    private struct Overlap
    {
        public TlbEntry? Other;
        public TlbEntry Added;
        public OverlapVerdict Verdict;
    }

    // Keeps one overlap: a hazard before a harmless one, then two leaves before a leaf and a table entry, then the
    // first.
    private void Fill(in TlbEntry entry, ref Overlap found)
    {
        if (Tlb.TryFindOverlap(entry, Bbm, out var other, out var judged)
            && (found.Other is null
            || (judged.IsHazard && (!found.Verdict.IsHazard || (found.Added.IsTable && !entry.IsTable)))))
        {
            found = new Overlap { Other = other, Added = entry, Verdict = judged };
        }

        Tlb.Insert(entry);
    }
}

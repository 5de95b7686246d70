using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>
/// The memory types of leaves. MAIR is permitted to be cached in a TLB, so an entry keeps the type that it was made
/// with.
/// </content>
internal sealed partial class Rehearsal
{
    // MAIR at each walk.
    private readonly List<ulong?> _mairs = [];
    private ulong? _mair;
    private ulong? _earlierMair;

    // The leaves that the TLB held when MAIR changed.
    private Tlb? _older;

    /// <summary>The event that has changed MAIR last.</summary>
    public ulong MairEvent { get; private set; }

    /// <summary>MAIR of the CPU changes.</summary>
    public void Mair(ulong value)
    {
        if (_mair == value)
            return;
        if (_mair is not null && _processor is not null)
        {
            _older ??= new(Geometry, Room);
            foreach (var entry in _processor.Tlb.Entries().Where(e => !e.IsTable))
                _older.Insert(entry);
            (_earlierMair, MairEvent) = (_mair, _event);
        }

        _mair = value;
    }

    /// <summary>
    /// An entry of the first address that has another memory type than a walk gives it now; null for none. The walk has
    /// been made.
    /// </summary>
    public OldType? Older()
    {
        if (_processor is null || _mair is not { } mair)
            return null;
        foreach (var added in _processor.Tlb.Entries())
        {
            if (added.IsTable || !Covers(added) || !IsInMemory(added))
                continue;
            foreach (var held in _older?.Entries() ?? [])
            {
                if (Covers(held) && (held.IsGlobal || added.IsGlobal || held.Asid == added.Asid)
                    && Differ(held, added, _mairs[held.Source]))
                    return new(held, added, _mairs[held.Source], mair, IsBeforeIsb: false);
            }

            if (_earlierMair is { } earlier && Differ(added, added, earlier))
                return new(added, added, earlier, mair, IsBeforeIsb: true);
        }

        return null;
    }

    private bool Covers(in TlbEntry entry) => First.Value - entry.Start.Value < 1UL << entry.Shift;

    private bool Differ(in TlbEntry a, in TlbEntry b, ulong? mairOfA) => (LeafDifferences.Between(
        a.Descriptor.Attributes(Geometry, a.Level).Bits, b.Descriptor.Attributes(Geometry, b.Level).Bits,
        Regime == CasemateRegime.El1, mairOfA, _mair) & OverlapDifference.MemoryType) != 0;
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>The walks of the addresses of the violation, and what they make.</content>
internal sealed partial class Rehearsal
{
    private readonly Dictionary<HeldEntry, ulong?> _mairs = [];
    private Dictionary<HeldEntry, WalkReading> _made = [];
    private bool _readsLate;

    // One walk: from where, for which address, and what it has met so far.
    private readonly record struct Way(WalkStart Start, ushort? Vmid, VirtualAddress Va, HeldEntry? Through)
    {
        public LateStore? Late { get; init; }

        public ReadOrder? Order { get; init; }
    }

    /// <summary>
    /// The CPU walks the addresses, by what memory holds and by what it may still read there, by every value that its
    /// registers may have, and from every table entry that it may have cached.
    /// </summary>
    /// <param name="byDsb">A DSB has changed what the walks make.</param>
    public void Walk(bool byDsb = false)
    {
        _held.Settle(_event, _line);
        (_made, _readsLate) = ([], false);
        _mairs.Clear();
        foreach (var start in Starts())
        {
            var vmid = VmidOf(start);
            Keep(start);
            for (int i = 0; start.CanWalk && i < spot.Count; i++)
            {
                var va = AddressAt(i);
                if (IsIn(start.Half, va))
                    Read(new(start, vmid, va, null), start.Half.StartLevel, start.Root);
            }
        }

        // A walk may begin at a cached table entry too, wherever the register leads.
        foreach (var start in Starts())
        {
            var vmid = VmidOf(start);
            foreach (var entry in _held.All.Keys.Concat(_made.Keys.ToList()).Distinct())
                GoOn(start, vmid, entry);
        }

        _held.Make(_made, _mairs, byDsb, _event, _line, _tlbis);
    }

    private void GoOn(WalkStart start, ushort? vmid, HeldEntry entry)
    {
        if (!entry.Answers(start.Asid, vmid) || entry.Geometry != start.Half.Geometry)
            return;
        if (!entry.Entry.IsTable)
        {
            // A leaf of stage 2 is combined with stage 1 as long as it is cached.
            if (Regime == CasemateRegime.Stage2 && !entry.Combined)
                _made.TryAdd(entry with { Combined = true }, new(null, !start.IsNewest, entry));
            return;
        }

        for (int i = 0; start.CanWalk && i < spot.Count; i++)
        {
            var va = AddressAt(i);
            if (entry.Entry.Start <= va && va <= entry.Entry.Last)
            {
                var way = new Way(start, vmid, va, entry) { Order = OrderOf(entry) };
                Read(way, entry.Entry.Level.Number + 1, entry.Entry.Output.Value);
            }
        }
    }

    private ReadOrder? OrderOf(HeldEntry entry) =>
        !_held.All.TryGetValue(entry, out var held) ? _made[entry].Order
            : _made.TryGetValue(entry, out var made) ? ReadOrder.Common(held.Order, made.Order) : held.Order;

    // Reads the descriptor of a table, in each version that a walk may see.
    private void Read(Way way, int number, ulong table)
    {
        var (half, geometry) = (way.Start.Half, way.Start.Half.Geometry);
        var at = Arm.Geometry.Level.Of(number);
        int entries = way.Through is null && number == half.StartLevel ? half.RootEntries
            : geometry.Granule.EntriesPerTable;
        ulong address = table + ((way.Va.Value >> geometry.Shift(at)) & (ulong)(entries - 1)) * 8;
        _path.Add(address);
        foreach (var word in memory.Words(violation.Cpu, address, way.Order))
        {
            _readsLate |= word.Made is not null || word.Unseen is not null;
            if (!LintedPage.IsValid(word.Word, geometry, number))
                continue;
            var on = way with
            {
                Late = way.Late ?? word.Unseen,
                Order = ReadOrder.After(way.Order, word.Made),
            };
            var descriptor = new Descriptor(word.Word);
            if (descriptor.Kind(geometry, at) != DescriptorKind.Table)
            {
                MakeLeaf(on, at, descriptor);
                continue;
            }

            var next = descriptor.NextTable(geometry);
            Make(on, TlbEntry.Restore(
                way.Va.AlignDown(geometry.Size(at)), geometry.Shift(at), at, descriptor, next, way.Start.Asid, true, 0,
                UInt128.MaxValue), null);
            Read(on, number + 1, next.Value);
        }
    }

    private void MakeLeaf(Way way, Level at, Descriptor leaf)
    {
        // An entry without the access flag is not cached (I_WZCBG).
        if (!leaf.AccessFlag)
            return;
        var geometry = way.Start.Half.Geometry;
        var output = leaf.OutputAddress(geometry, at);
        foreach (ulong? mair in Regime == CasemateRegime.Stage2 ? [null] : Registers.Mairs.Reverse())
        {
            Make(way, Leaf(geometry.Size(at), output), mair);
            if (leaf.Contiguous && geometry.HasGroups(at))
            {
                ulong size = geometry.ContiguousSize(at);
                Make(way, Leaf(size, output.AlignDown(size)), mair);
            }
        }

        TlbEntry Leaf(ulong size, PhysicalAddress first) => TlbEntry.Restore(
            way.Va.AlignDown(size), System.Numerics.BitOperations.Log2(size), at, leaf, first, way.Start.Asid, false, 0,
            UInt128.MaxValue);
    }

    private void Make(Way way, TlbEntry entry, ulong? mair)
    {
        ulong? type = entry.IsTable ? null : mair & (0xffUL << LintedLeaves.TypeOf(entry.Descriptor.Bits) * 8);
        var held = new HeldEntry(entry, way.Start.Half.Geometry, way.Vmid, type);
        bool isOld = !way.Start.IsNewest || (!entry.IsTable && mair != Registers.Mairs[^1]);
        var reading = new WalkReading(way.Late, isOld, way.Through) { Order = way.Order };
        if (!_made.TryGetValue(held, out var known))
        {
            (_made[held], _mairs[held]) = (reading, mair);
            return;
        }

        var order = ReadOrder.Common(known.Order, reading.Order);
        if (!known.IsNewest && reading.IsNewest)
            (_made[held], _mairs[held]) = (reading with { Order = order }, mair);
        else
            _made[held] = known with { Order = order };
    }

    private static bool IsIn(LintedHalf half, VirtualAddress va) =>
        va.IsUpperHalf ? va.Value >> half.Bits == ulong.MaxValue >> half.Bits : va.Value >> half.Bits == 0;

    // The low 56 bits of an input address are followed.
    private VirtualAddress AddressAt(int i) => new((ulong)((long)((spot.Input + (ulong)i * spot.Step) << 8) >> 8));
}

using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// What orders the walk, the explicit read and write, the hardware update and the fault of one access after earlier
/// events of its CPU; the names in comments are those of Arm's model.
/// </summary>
internal readonly ref struct AccessOrdering(
    RegisterFlow flow, WindowTranslation translation, WindowPrograms programs, WindowValues values, bool ets2)
{
    /// <summary>Orders an access. Returns the reads that its address depends on.</summary>
    public ulong Order(
        WindowCpu cpu, int at, ExplicitAccess access, ref EntryOrder order, ref OrderSoFar so, List<EntryOrder> earlier)
    {
        FlowingValue address = flow.Read(access.Base), index = flow.Read(access.Index);
        var data = flow.Read(access.Source);
        ulong bit = 1UL << at;
        ulong picked = address.All | index.All;
        order.Access = access;
        order.InHandler = so.InHandler;
        order.CanFault = programs.CanEnter(cpu.Number, so.HasFaulted, so.InHandler);
        if (access.IsExclusiveStore && !TryPair(cpu, at, access, ref order))
            return 0;
        order.IsOpen |= access.Compares && cpu.Entries[at].Guess == Guess.None;
        order.Address = address.Known && index.Known
            ? programs.Locations.AddressOf(address.Value, index.Value, access.Instruction, access.Base) : null;
        order.Data = data.Known ? data.Value : null;
        var compared = flow.Read(access.Target);
        order.Compared = compared.Known ? compared.Value : null;
        order.Dependencies = address.Data | index.Data | data.Data;
        order.Picks = address.Pick | index.Pick | data.Pick;
        order.IsBehindAccess = (so.Events.Reads | so.Events.Writes) != 0;
        translation.WalkIfConstant(cpu, at, access, order);
        var entry = cpu.Entries[at];
        order.Location = entry.Location;
        order.Writes = access.WritesIn(entry);
        order.Completes = so.Synchronized;
        order.CompletesByWalk = ets2 ? so.Synchronized : so.InContext;

        // addr to [Imp & TTD & R]; DSB-ob to walks with FEAT_ETS2 only; IFB-ob.
        order.BeforeWalk = EventSet.OfReads(address.Data | index.Data) | so.BeforeContext;
        if (ets2)
            order.BeforeWalk |= so.BeforeDsb;
        if (entry.Fault != LitmusFault.None)
        {
            // bob to [MMU & FAULT]; DSB-ob; IFB-ob.
            order.BeforeOther = so.BeforeAccesses | EventSet.OfWrites(so.BeforeWrites) | so.BeforeDsb
                | so.BeforeContext;
            if (!entry.Has(EntryProgress.Other))
                so.Events |= new EventSet(0, 0, 0, bit);
            return picked;
        }

        // ctrl, addr and pick dependencies, addr; [Exp & M]; po and [tr-ib]; [Exp & M]; po to [HU]; lmws.
        if (entry.IsUpdating)
            order.BeforeOther = order.BeforeWalk
                | new EventSet(so.Events.Walks, picked | so.Control | so.Addresses, 0, 0);
        if (access.Reads)
        {
            // addr; bob; DSB-ob; IFB-ob; [L]; po; [A].
            order.BeforeRead = EventSet.OfReads(address.Data | index.Data) | so.BeforeAccesses | so.BeforeDsb
                | so.BeforeContext;
            if (access.WaitsForReleases)
                order.BeforeRead |= EventSet.OfWrites(so.Releases);
        }

        if (order.Writes)
        {
            ulong own = access.Reads && !entry.Has(EntryProgress.Read) ? bit
                : access.IsExclusiveStore && order.Exclusive >= 0 ? so.Events.Reads & (1UL << order.Exclusive) : 0;
            order.BeforeWrite = BeforeWrite(access, picked | data.All | own, order.Location, so, earlier);
        }

        Count(entry, order, bit, picked, ref so);
        order.Made = order.Dependencies;
        if (access.Reads)
        {
            ulong read = Load(cpu, at, address, index, order, earlier);
            if (WindowValues.IsMadeOfRead(access, entry))
                order.Made |= read;
        }

        return picked;
    }

    // data, addr and pick dependencies; ctrl; addr; [Exp & M]; po; [tr-ib]; [Exp & M]; po; bob; DSB-ob; IFB-ob; lmws;
    // po; [L].
    private static EventSet BeforeWrite(
        ExplicitAccess access, ulong dependencies, int location, in OrderSoFar so, List<EntryOrder> earlier)
    {
        ulong reads = dependencies | so.Control | so.Addresses;
        ulong writes = so.BeforeWrites;
        if (access.Releases)
            (reads, writes) = (reads | so.Events.Reads, writes | so.Events.Writes);
        for (int i = 0; i < earlier.Count; i++)
        {
            if (earlier[i].Location == location && location >= 0)
                (reads, writes) = (reads | (so.Events.Reads & (1UL << i)), writes | (so.Events.Writes & (1UL << i)));
        }

        return new EventSet(so.Events.Walks, reads, writes, 0) | so.BeforeAccesses | so.BeforeDsb | so.BeforeContext;
    }

    private static void Count(in WindowEntry entry, in EntryOrder order, ulong bit, ulong picked, ref OrderSoFar so)
    {
        var access = order.Access!;
        ulong walk = entry.Has(EntryProgress.Walked) ? 0 : bit;
        ulong read = access.Reads && !entry.Has(EntryProgress.Read) ? bit : 0;
        ulong write = order.Writes && !entry.Has(EntryProgress.Written) ? bit : 0;
        // A walk that is not performed may still lead to an update.
        ulong update = entry.IsUpdating ? bit : 0;
        so.Events |= new EventSet(walk, read, write, update);
        so.Awaited |= update;
        so.Addresses |= picked;
        if (access.Returns)
            so.Returning |= read;
        if (access.Releases)
            so.Releases |= write;
        // [A | Q]; po and [range([A]; amo; [L])]; po.
        if (access.Acquires)
            so.BeforeAccesses |= new EventSet(0, read, access.Releases ? write : 0, 0);
    }

    // What is read depends on the read, on its address, and on what the CPU's own last write to the location was made
    // from (dtrm). Returns the first of these three kinds of reads and the others that are no picks.
    private ulong Load(
        WindowCpu cpu, int at, FlowingValue address, FlowingValue index, in EntryOrder order, List<EntryOrder> earlier)
    {
        var entry = cpu.Entries[at];
        int source = entry.Source;
        if (entry.Has(EntryProgress.Pending) && values.Of(earlier[source], cpu.Entries[source]) is { } value)
        {
            values.CheckWidth(order.Access!, value);
            entry.Value = value;
            entry.Progress &= ~EntryProgress.Pending;
            cpu.Entries[at] = entry;
        }

        for (int i = earlier.Count - 1; i >= 0 && source < 0 && order.Location >= 0; i--)
        {
            if (earlier[i].Location == order.Location && earlier[i].Writes)
                source = i;
        }

        ulong data = address.Data | index.Data | (entry.Has(EntryProgress.Read) ? 0 : 1UL << at);
        ulong pick = address.Pick | index.Pick;
        if (source >= 0)
            (data, pick) = (data | earlier[source].Made, pick | earlier[source].Picks);
        flow.Set(order.Access!.Target, new(entry.HasValue, entry.Value, data, pick));
        return data;
    }

    // An STXR pairs with the last exclusive load that no other STXR follows. False where it fails: then it does
    // nothing.
    private bool TryPair(WindowCpu cpu, int at, ExplicitAccess access, ref EntryOrder order)
    {
        order.Exclusive = programs.ExclusiveBefore(cpu, at);
        var entry = cpu.Entries[at];
        var status = ((StoreExclusiveInstruction)access.Instruction).Status;
        order.IsOpen = entry.Guess == Guess.None;
        flow.Set(status, entry.Guess switch
        {
            Guess.None => new(false, default, 0, 0),
            Guess.Holds => FlowingValue.Of(LitmusValue.Zero),
            _ => FlowingValue.Of(LitmusValue.Number(1)),
        });
        return entry.Guess != Guess.Fails;
    }
}

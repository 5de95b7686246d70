using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// What orders the walk, the explicit read and write, and the fault of one access after earlier events of its CPU; the
/// names in comments are those of Arm's model.
/// </summary>
internal readonly ref struct AccessOrdering(
    RegisterFlow flow, WindowTranslation translation, WindowPrograms programs, bool ets2)
{
    /// <summary>
    /// Orders an access. Returns the instruction after it where it faults, −1 for none; null where it does not.
    /// </summary>
    public int? Order(
        WindowCpu cpu, int at, ExplicitAccess access, ref EntryOrder order, ref OrderSoFar so, List<EntryOrder> earlier)
    {
        FlowingValue address = flow.Read(access.Base), index = flow.Read(access.Index);
        var data = flow.Read(access.Source);
        order.Access = access;
        order.Address = address.Known && index.Known
            ? programs.Locations.AddressOf(address.Value, index.Value, access.Instruction) : null;
        order.Data = data.Known ? data.Value : null;
        order.Dependencies = address.Data | index.Data | data.Data;
        order.IsBehindAccess = (so.Events.Reads | so.Events.Writes) != 0;
        WalkIfConstant(cpu, at, access, order.Address);
        var entry = cpu.Entries[at];
        order.Location = LocationOf(entry, order.Address);

        // addr to [Imp & TTD & R]; DSB-ob to walks with FEAT_ETS2 only; IFB-ob.
        order.BeforeWalk = EventSet.OfReads(address.Data | index.Data) | so.BeforeContext;
        order.CompletesByWalk = so.InContext;
        if (ets2)
        {
            order.BeforeWalk |= so.BeforeDsb;
            order.CompletesByWalk = so.Synchronized;
        }

        order.Completes = so.Synchronized;
        ulong bit = 1UL << at;
        ulong picked = address.All | index.All;
        if (entry.Fault != LitmusFault.None)
        {
            // bob to [MMU & FAULT]; DSB-ob; IFB-ob.
            order.BeforeOther = so.BeforeAccesses | EventSet.OfWrites(so.BeforeWrites) | so.BeforeDsb | so.BeforeContext;
            if (!entry.Has(EntryProgress.Other))
                so.Events |= new EventSet(0, 0, 0, bit);
            so.SynchronizeContext(picked);
            return programs.Test.ImpreciseFaults ? entry.At : -1;
        }

        if (access.Reads)
        {
            // addr; bob; DSB-ob; IFB-ob; [L]; po; [A].
            order.BeforeRead = EventSet.OfReads(address.Data | index.Data) | so.BeforeAccesses | so.BeforeDsb
                | so.BeforeContext;
            if (access.WaitsForReleases)
                order.BeforeRead |= EventSet.OfWrites(so.Releases);
        }

        if (access.Writes)
            order.BeforeWrite = BeforeWrite(
                access, picked | data.All, order.Location, so, earlier, entry.Has(EntryProgress.Read) ? 0 : bit);
        Count(entry, access, bit, picked, ref so);
        if (access.Reads)
            flow.Load(access.Target, entry.Value, entry.Has(EntryProgress.Read) ? null : at);
        return null;
    }

    // data, addr and pick dependencies; ctrl; addr; [Exp & M]; po; [tr-ib]; [Exp & M]; po; bob; DSB-ob; IFB-ob; lmws;
    // po; [L].
    private static EventSet BeforeWrite(
        ExplicitAccess access, ulong dependencies, int location, in OrderSoFar so, List<EntryOrder> earlier, ulong ownRead)
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

        if (access.Reads)
            reads |= ownRead;
        return new EventSet(so.Events.Walks, reads, writes, 0) | so.BeforeAccesses | so.BeforeDsb | so.BeforeContext;
    }

    private static void Count(
        in WindowEntry entry, ExplicitAccess access, ulong bit, ulong picked, ref OrderSoFar so)
    {
        ulong walk = entry.Has(EntryProgress.Walked) ? 0 : bit;
        ulong read = access.Reads && !entry.Has(EntryProgress.Read) ? bit : 0;
        ulong write = access.Writes && !entry.Has(EntryProgress.Written) ? bit : 0;
        so.Events |= new EventSet(walk, read, write, 0);
        so.Addresses |= picked;
        if (access.Returns)
            so.Returning |= read;
        if (access.Releases)
            so.Releases |= write;
        // [A | Q]; po and [range([A]; amo; [L])]; po.
        if (access.Acquires)
            so.BeforeAccesses |= new EventSet(0, read, access.Releases ? write : 0, 0);
    }

    // A pte that no program writes gives one translation, so its walk needs no event of its own; the walk of a table
    // word's own access does not exist.
    private void WalkIfConstant(WindowCpu cpu, int at, ExplicitAccess access, LitmusValue? address)
    {
        if (address is not { } known || cpu.Entries[at].Has(EntryProgress.Walked))
            return;
        var entry = cpu.Entries[at];
        if (known.Kind == LitmusValueKind.TableWord)
        {
            programs.RefuseEl0(cpu.Number, access, known);
            entry.Progress |= EntryProgress.Walked;
        }
        else if (translation.Constant(cpu.Number, known.Page, access.Kind) is { } choice)
        {
            if (choice.Fault != LitmusFault.None && cpu.Faults.Count + cpu.Entries.Count(e => e.Fault != 0) > 0)
                return;
            entry.Progress |= EntryProgress.Walked;
            entry.Fault = choice.Fault;
            if (choice.Fault == LitmusFault.None)
                entry.Cell = programs.Locations.CellOf(choice, known.Offset, access.Instruction);
            else
                cpu.Entries.RemoveRange(at + 1, cpu.Entries.Count - at - 1);
        }

        cpu.Entries[at] = entry;
    }

    private int LocationOf(in WindowEntry entry, LitmusValue? address) =>
        address is { Kind: LitmusValueKind.TableWord } word ? translation.LocationOfWord((int)word.Bits) : entry.Cell;
}

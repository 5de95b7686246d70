namespace Orleans.Mmu.Litmus.Machine;

/// <summary>The CPU as the words of a state: equal words, equal CPUs.</summary>
internal sealed partial class LitmusCpu
{
    public void Write(StateWriter writer)
    {
        writer.Put(At);
        writer.Put(HasEnded ? 1 : 0);
        for (int i = 0; i < Registers.Length; i++)
        {
            writer.Put(Registers[i]);
            Taints[i].Write(writer);
        }

        Compared.Write(writer);
        ComparedTaint.Write(writer);
        foreach (var snapshot in (ReadOnlySpan<WordVersions>)
            [DsbFloor, IsbFloor, ControlFloor, AddressFloor, WalkFloor, LastLoad, LastStore, Flushed])
        {
            writer.Put(snapshot);
        }

        writer.Put(Usable);
        writer.Put(UsableUntilIsb);
        writer.Put(Early);
        writer.PutOptional(AfterLocal);
        foreach (uint[]? after in AfterBroadcast)
            writer.PutOptional(after);
        writer.Put((long)Roots);
        writer.Put((long)NewestRoot);
        writer.Put((HasFaulted ? 1 : 0) | (InHandler ? 2 : 0) | (IsTranslatedSettled ? 4 : 0));
        writer.Put(Translated);
        writer.Put(Link);
        LinkTaint.Write(writer);
        writer.Put(Monitored is { } location ? 1 + 2L * location.Number + (location.IsTableWord ? 1 : 0) : 0);
        WriteLists(writer);
    }

    private void WriteLists(StateWriter writer)
    {
        writer.Put(Pending.Count);
        foreach (var tlbi in Pending)
        {
            writer.Put(tlbi.Instruction.Line);
            writer.Put(tlbi.Pages.First + 1);
            writer.Put(tlbi.Pages.Count);
            writer.Put(tlbi.Pages.Fields.Level ?? -1);
            writer.Put(tlbi.Floor);
        }

        // Order numbers are written relative to the oldest buffered store, so that states that differ only in absolute
        // numbers are equal.
        int first = Buffer.Count > 0 ? Buffer[0].Order : Order;
        writer.Put(Order - first);
        writer.Put(Buffer.Count);
        foreach (var store in Buffer)
        {
            writer.Put(store.IsTableWord ? 1 : 0);
            writer.Put(store.Target);
            writer.Put(store.Value);
            writer.Put(store.Order - first);
        }

        writer.Put(Updates.Count);
        foreach (var update in Updates)
        {
            writer.Put(update.Word);
            writer.Put(update.Descriptor);
        }

        writer.Put(Faults.Count);
        foreach (var fault in Faults)
        {
            writer.Put(fault.Instruction + 1);
            writer.Put(fault.Place is null ? 0 : 1);
            writer.Put(fault.Place.GetValueOrDefault());
            writer.Put((long)fault.Type);
        }
    }
}

using Orleans.Mmu.Litmus.Machine;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>The CPU as the words of a state: equal words, equal CPUs.</summary>
internal sealed partial class WindowCpu
{
    public void Write(StateWriter writer)
    {
        writer.Put(Number);
        foreach (var register in Registers)
            writer.Put(register);
        Compared.Write(writer);
        writer.Put(Link);
        writer.Put((InHandler ? 1 : 0) + (IsMonitorOpen ? 2 : 0));
        writer.Put(Monitored + 1);
        writer.Put(Next + 1);
        writer.Put(Entries.Count);
        foreach (var entry in Entries)
        {
            writer.Put(entry.At);
            writer.Put((long)entry.Progress);
            writer.Put((long)entry.Guess);
            writer.Put((long)entry.Fault);
            writer.Put(entry.Version + 1);
            writer.Put(entry.Location + 1);
            writer.Put(entry.Update + 1);
            writer.Put(entry.OnlyFails ? 1 : 0);
            writer.Put(entry.Source + 1);
            writer.Put(entry.Value);
            writer.PutOptional(entry.Removes);
        }

        writer.Put(Retired.Count);
        foreach (var tlbi in Retired)
        {
            writer.Put(tlbi.Removes);
            writer.Put(tlbi.Broadcast ? 1 : 0);
            writer.Put((long)tlbi.Stage);
        }

        writer.Put(Faults.Count);
        foreach (var fault in Faults)
        {
            writer.Put(fault.Instruction + 1);
            writer.Put(fault.Place ?? default);
            writer.Put((long)fault.Type);
        }

        writer.Put(RemovedByOthers);
        writer.Put(RemovedByItself);
    }
}

using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Context synchronization: ISB, and the entry to and the return from an exception (CSE of aarch64hwreqs.cat).
/// </summary>
internal sealed class LitmusContext(LitmusTest test, LitmusTlb tlb)
{
    /// <summary>
    /// The CPU's own TLBIs take effect, and of its early walks those remain that began after everything that the event
    /// is ordered after: the last DSB's floor, loads that a branch or an address depends on, and walks.
    /// </summary>
    public void Synchronize(LitmusMemory memory, LitmusCpu cpu)
    {
        cpu.IsbFloor = cpu.IsbFloor.Max(cpu.DsbFloor).Max(cpu.ControlFloor).Max(cpu.AddressFloor).Max(cpu.WalkFloor);
        for (int word = 0; word < cpu.Early.Length; word++)
            cpu.Early[word] &= uint.MaxValue << cpu.IsbFloor[word];
        Array.Clear(cpu.UsableUntilIsb);
        cpu.Roots = cpu.NewestRoot;
        cpu.IsTranslatedSettled = true;
        tlb.DropEarly(memory, cpu);
    }

    /// <summary>
    /// Takes an exception. Its record goes to the final state; then the handler runs, or what the variant says happens.
    /// </summary>
    /// <param name="returnsTo">The index of the instruction to which the exception returns.</param>
    /// <returns>
    /// False if this run is not counted: an exception in a handler, or the second of a CPU whose faults retry.
    /// </returns>
    public bool TryEnter(LitmusState state, int cpuNumber, FaultRecord record, int returnsTo)
    {
        var cpu = state.Cpus[cpuNumber];
        int at = cpu.At;
        if (test.Handler(cpuNumber) is { } handler)
        {
            if (cpu.InHandler)
                return false;
            cpu.InHandler = true;
            cpu.Link = LitmusValue.Code(cpuNumber, returnsTo);
            cpu.LinkTaint = LitmusTaint.None;
            cpu.At = handler;
        }
        else
        {
            switch (test.Variant.FaultEnd)
            {
                case FaultEnd.Fatal:
                    cpu.HasEnded = true;
                    break;
                case FaultEnd.Retry when cpu.HasFaulted:
                    return false;
                case FaultEnd.Retry:
                    cpu.HasFaulted = true;
                    cpu.At = returnsTo;
                    break;
                case FaultEnd.Skip:
                    cpu.At = at + 1;
                    break;
            }
        }

        if (!cpu.Faults.Contains(record))
            cpu.Faults.Add(record);
        if (test.Variant.EntrySynchronizes)
            Synchronize(state.Memory, cpu);
        return true;
    }
}

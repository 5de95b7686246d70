using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Loads and stores. Each is one step on a memory that all CPUs see alike. In a test that judges conflicts, stores wait
/// in a store buffer that drains out of order between locations, as the architecture allows where no barrier stands
/// between them.
/// </summary>
internal sealed class LitmusAccesses(LitmusTest test, LitmusReach reach, LitmusStores stores)
{
    /// <summary>
    /// Performs an access in one of the possible ways; false where <paramref name="choice"/> exceeds their number.
    /// </summary>
    /// <param name="choice">Index of the way, from 0.</param>
    /// <param name="runs">False if this way is not allowed, or not yet.</param>
    public bool TryPerform(LitmusState state, int cpuNumber, AccessInstruction access, int choice, out bool runs)
    {
        if (!reach.TryReach(
            state, cpuNumber, access, access.Base, access.Index, access.Kind, choice, out var reached, out runs))
            return false;
        if (reached.Faults || !runs)
            return true;
        Transfer(state, state.Cpus[cpuNumber], access, reached.Target);
        reach.Complete(state, cpuNumber, reached);
        return true;
    }

    private void Transfer(LitmusState state, LitmusCpu cpu, AccessInstruction access, LitmusTarget target)
    {
        var register = access.Data;
        if (access.Kind == AccessKind.Load)
        {
            var now = state.Memory.Now();
            cpu.LastLoad = now;
            var forwarded = cpu.Buffer.FindLast(
                s => s.IsTableWord == target.IsTableWord && s.Target == target.Number);
            var value = forwarded.Line > 0 ? forwarded.Value : LitmusStores.Read(state, target);
            if (!register.Wide && value.Kind is LitmusValueKind.Descriptor)
                throw new InputException(
                    test.Source, access.Line,
                    $"expected an X register for a descriptor, found {register} in {access.Text}");
            cpu.Set(register, value, new(now, cpu.Flushed));
            return;
        }

        if (!register.Wide && !target.IsTableWord)
            stores.RefuseHalf(state.Memory[target.Number], access);
        var store = new BufferedStore(
            target.IsTableWord, target.Number, cpu.Read(register), cpu.Order, access.Ordered, access.Line);
        if (target.IsTableWord)
            store = store with { Value = stores.DescriptorOf(store) };
        if (test.JudgesConflicts)
            cpu.Buffer.Add(store);
        else
            stores.Perform(state, cpu, store);
    }
}

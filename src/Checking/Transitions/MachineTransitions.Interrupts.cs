namespace Orleans.Mmu.Checking.Transitions;

/// <content>Interrupts, which only a machine of several writers has.</content>
internal sealed partial class MachineTransitions
{
    /// <summary>Whether a CPU can take an interrupt now: between any two steps, and while it waits.</summary>
    public bool CanTake(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu) =>
        _model.HasInterrupts && kinds[cpu].PlaceAt(state.Cpus[cpu].Point).MayTake;

    /// <summary>A CPU takes the interrupt that is pending.</summary>
    public void Take(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        _writers!.Take(ref state, kinds, cpu);
        Close(ref state, kinds);
    }
}

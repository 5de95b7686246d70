using Orleans.Mmu.Checking.Transitions;

namespace Orleans.Mmu.Checking.AnyCpus;

/// <summary>
/// The part of a state that all CPUs share: memory, the flag and the locks, CPU 0, and CPU 1 if it stores descriptors.
/// </summary>
internal readonly record struct SharedState(uint Memory, uint Flag, ToyCpuState Boot, SharedWriters Writers);

/// <summary>CPU 0 and CPU 1 as writers, and what CPU 1's state is beside; all zero where only CPU 0 stores.</summary>
/// <param name="BootAfter">What a pending TLBI of CPU 1 leaves on CPU 0.</param>
/// <param name="SecondAfter">What a pending TLBI of CPU 0 leaves on CPU 1.</param>
internal readonly record struct SharedWriters(
    uint BootPerformed, uint BootWindow, uint BootSinceStore, uint BootAfter, ToyCpuState Second, uint SecondPerformed,
    uint SecondWindow, uint SecondSinceStore, uint SecondAfter)
{
    public static SharedWriters Of(in ToyState state) => new(
        state.Writers[0].Performed, state.Writers[0].Window, state.Writers[0].SinceStore, state.Writers[1].After[0],
        state.Cpus[1], state.Writers[1].Performed, state.Writers[1].Window, state.Writers[1].SinceStore,
        state.Writers[0].After[1]);

    /// <summary>Gives a state this part; what TLBIs leave on its other CPUs stays.</summary>
    public void Set(ref ToyState state)
    {
        state.Cpus[1] = Second;
        (state.Writers[0].Performed, state.Writers[0].Window) = (BootPerformed, BootWindow);
        (state.Writers[1].Performed, state.Writers[1].Window) = (SecondPerformed, SecondWindow);
        (state.Writers[0].SinceStore, state.Writers[1].SinceStore) = (BootSinceStore, SecondSinceStore);
        (state.Writers[1].After[0], state.Writers[0].After[1]) = (BootAfter, SecondAfter);
    }
}

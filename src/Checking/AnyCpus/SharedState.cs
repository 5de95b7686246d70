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
    SharedWriter Boot, uint BootAfter, ToyCpuState SecondCpu, SharedWriter Second, uint SecondAfter)
{
    /// <param name="hasSecond">Whether CPU 1 stores descriptors.</param>
    public static SharedWriters Of(in ToyState state, bool hasSecond)
    {
        var boot = SharedWriter.Of(state, 0);
        return hasSecond
            ? new(boot, state.Writers[1].After[0], state.Cpus[1], SharedWriter.Of(state, 1), state.Writers[0].After[1])
            : new(boot, 0, default, default, 0);
    }

    /// <summary>Gives a state this part; what TLBIs leave on its other CPUs stays.</summary>
    public void Set(ref ToyState state, bool hasSecond)
    {
        Boot.Set(ref state, 0);
        if (!hasSecond)
            return;
        Second.Set(ref state, 1);
        state.Cpus[1] = SecondCpu;
        (state.Writers[1].After[0], state.Writers[0].After[1]) = (BootAfter, SecondAfter);
    }
}

/// <summary>What a CPU's state as a writer says of the CPU itself; see <see cref="ToyWriterState"/>.</summary>
internal readonly record struct SharedWriter(
    uint Performed, FloorWindows Windows, uint SenderWindow, EarlyWalks Early, BegunAccesses Begun,
    PendingRemoval Removes)
{
    public static SharedWriter Of(in ToyState state, int cpu)
    {
        ref readonly var writer = ref state.Writers[cpu];
        return new(
            writer.Performed, writer.Windows, writer.SenderWindow, writer.Early, writer.Begun, writer.Removes);
    }

    public void Set(ref ToyState state, int cpu)
    {
        ref var writer = ref state.Writers[cpu];
        (writer.Performed, writer.Windows, writer.SenderWindow) = (Performed, Windows, SenderWindow);
        (writer.Early, writer.Begun, writer.Removes) = (Early, Begun, Removes);
    }
}

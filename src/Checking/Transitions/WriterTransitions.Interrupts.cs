namespace Orleans.Mmu.Checking.Transitions;

/// <content>Interrupts, which a CPU sends to all others and each of them takes when it can.</content>
internal sealed partial class WriterTransitions
{
    /// <summary>
    /// A CPU makes an interrupt pending at every other one. Whatever the sender's last DSB had ordered comes before the
    /// interrupt; a CPU at which one is pending already takes one, after both.
    /// </summary>
    public static void Send(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        uint window = state.Writers[cpu].Windows.Sent;
        uint since = state.Writers[cpu].Early.SinceWideDsb;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (i == cpu)
                continue;
            ref int point = ref state.Cpus[i].Point;
            ref var target = ref state.Writers[i];
            bool isPending = kinds[i].PlaceAt(point).IsPending;
            target.SenderWindow = isPending ? target.SenderWindow & window : window;
            target.Early.Send(since, isPending);
            point = kinds[i].WaysFrom(point).Sent;
        }
    }

    /// <summary>
    /// A CPU takes the interrupt that is pending: a context synchronization event, after which its TLBIs are ordered as
    /// the sender's would have been.
    /// </summary>
    public void Take(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        ref int point = ref state.Cpus[cpu].Point;
        state.Writers[cpu].Windows.Take(state.Writers[cpu].SenderWindow);
        state.Writers[cpu].Early.Take();
        Synchronize(ref state, cpu);
        point = kinds[cpu].WaysFrom(point).Taken;
    }

    /// <summary>A CPU returns from an interrupt: a context synchronization event.</summary>
    public void Return(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        Synchronize(ref state, cpu);
        state.Cpus[cpu].Point = kinds[cpu].Next(state.Cpus[cpu].Point);
    }
}

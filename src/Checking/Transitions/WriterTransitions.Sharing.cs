namespace Orleans.Mmu.Checking.Transitions;

/// <content>What CPUs whose roots carry CnP give each other.</content>
internal sealed partial class WriterTransitions
{
    private void Share(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, uint shared)
    {
        for (int i = 0; i < kinds.Length; i++)
        {
            if (kinds[i].Points[state.Cpus[i].Point].Shares)
                state.Cpus[i].MaySet |= shared;
        }

        for (int issuer = 0; issuer < kinds.Length; issuer++)
        {
            var point = kinds[issuer].Points[state.Cpus[issuer].Point];
            if (point.BroadcastPending)
                ShareRemaining(ref state, kinds, issuer);
            else if (point is { LocalPending: true, Shares: true })
                state.Cpus[issuer].MaySetAfterLocal |= SharedBesides(state, kinds, issuer);
        }
    }

    // What a broadcast TLBI leaves on a CPU that shares, it leaves on all of them.
    private void ShareRemaining(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int issuer)
    {
        uint left = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (kinds[i].Points[state.Cpus[i].Point].Shares)
                left |= i == issuer ? state.Cpus[i].MaySetAfterLocal : state.Writers[issuer].After[i];
        }

        left &= model.Universe.Kernel;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (!kinds[i].Points[state.Cpus[i].Point].Shares)
                continue;
            if (i == issuer)
                state.Cpus[i].MaySetAfterLocal |= left;
            else
                state.Writers[issuer].After[i] |= left;
        }
    }

    // A local TLBI leaves the entries of other CPUs, and so the shared ones.
    private uint SharedBesides(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        uint shared = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (i != cpu && kinds[i].Points[state.Cpus[i].Point].Shares)
                shared |= state.Cpus[i].MaySet;
        }

        return shared & model.Universe.Kernel;
    }
}

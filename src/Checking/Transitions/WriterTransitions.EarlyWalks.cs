namespace Orleans.Mmu.Checking.Transitions;

/// <content>Walks that a CPU begins early, which an access that must not fault may fault by.</content>
internal sealed partial class WriterTransitions
{
    /// <summary>
    /// A context synchronisation event of a CPU: an ISB, or the way into an interrupt or back. What it has invalidated
    /// cannot be used any longer.
    /// </summary>
    public void Synchronize(ref ToyState state, int cpu)
    {
        state.Cpus[cpu].UsableUntilIsb = 0;
        state.Writers[cpu].Begun.UntilIsb = 0;
        state.Writers[cpu].Early.Synchronize(_early?.ReachedFrom(state.Cpus[cpu].MaySet) ?? 0);
    }

    /// <summary>A CPU has loaded what a branch depends on.</summary>
    public static void HasBranched(ref ToyState state, int cpu)
    {
        state.Writers[cpu].Windows.HasBranched();
        state.Writers[cpu].Early.HasBranched();
    }

    private void ReadEarly(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, MemoryView memory)
    {
        if (_early is not { } early)
            return;
        uint forOthers = memory.Invalid & early.Words;
        for (int i = 0; i < kinds.Length; i++)
        {
            ref readonly var cpu = ref state.Cpus[i];
            ref var walks = ref state.Writers[i].Early;
            if (kinds[i].Writer!.NeedsEarly(cpu.Point))
                walks.Read(
                    model.ViewOf(state, kinds, i, memory).Invalid & early.Words, forOthers,
                    early.ReachedFrom(cpu.MaySet | cpu.UsableUntilIsb), kinds[i].PlaceAt(cpu.Point).IsPending);
            else
                walks = default;
        }
    }
}

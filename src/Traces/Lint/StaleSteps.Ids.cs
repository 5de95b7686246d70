namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Old values whose entries have several IDs, each removed by a TLBI of its own: CPUs that run under two VMIDs, or walk
/// a tree under two ASIDs, may each flush what they have.
/// </summary>
internal sealed partial class StaleSteps
{
    // A DSB has completed TLBIs that named some of a value's entries alone.
    private void FinishPartly(StalePending pending)
    {
        foreach (var (value, generation, ids) in pending.Partly)
        {
            if (value.IsClean || value.Generation != generation)
                continue;
            (value.Gone ??= []).UnionWith(ids);
            foreach (int cpu in ids.Select(i => i.Cpu).Distinct())
            {
                if (!value.IsClean && value.DroppedBy?.Contains(cpu) != true && IsGoneFrom(value, cpu))
                    Finish(value, cpu);
            }
        }

        pending.Partly.Clear();
    }

    private bool IsGoneFrom(StaleValue value, int cpu) => value.Roots.All(root => holders.IdsOf(
        root, cpu, broadcast: false, byVmid: true, byAsid: value.HasAsids, value).All(value.IsGone));
}

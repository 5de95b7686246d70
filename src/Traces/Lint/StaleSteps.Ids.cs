namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Old values whose entries have several IDs, each removed by a TLBI of its own: CPUs that run under two VMIDs, or walk
/// a tree under two ASIDs, may each flush what they have.
/// </summary>
internal sealed partial class StaleSteps
{
    private TlbiReach? _reach;
    private Func<StaleValue, bool>? _namesAgain;

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

        pending.ClearPartly();
    }

    // A TLBI is the second one for values of stage 2 whose first is complete.
    private void NameAgain(
        StaleProgress state, in LintedTlbi operation, StalePending pending, TlbiReach reach)
    {
        _reach = reach;
        foreach (var before in state.Pending)
        {
            if (before.Broadcast == operation.Broadcast && before.Stage2Complete.Count > 0)
                before.NameAgain(_namesAgain ??= NamesAgain, pending);
        }
    }

    private bool NamesAgain(StaleValue value) => _reach!.Miss(value, IsCutOff(value), isOrdered: true) is null;

    private bool IsGoneFrom(StaleValue value, int cpu) => value.Roots.All(root => holders.IdsOf(
        root, cpu, broadcast: false, byVmid: true, byAsid: value.HasAsids, value).All(value.IsGone));
}

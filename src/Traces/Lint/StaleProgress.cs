namespace Orleans.Mmu.Traces.Lint;

/// <summary>How far one CPU's barriers and TLBIs have come with the old values of descriptors.</summary>
internal sealed class StaleProgress
{
    /// <summary>Values that wait for a DSB of this CPU, which replaced them.</summary>
    public List<StaleValue> Fresh { get; } = [];

    /// <summary>Values that have had a DSB NSH and wait for one of a wider domain.</summary>
    public HashSet<StaleValue> Own { get; } = [];

    /// <summary>The number of its last DSB; -1 before the first.</summary>
    public long LastDsb { get; set; } = -1;

    /// <summary>What its local TLBIs have named.</summary>
    public StalePending Local { get; } = new();

    /// <summary>What its broadcast TLBIs have named.</summary>
    public StalePending Broadcast { get; } = new();
}

/// <summary>Values that TLBIs have named and no DSB has completed, each with its generation.</summary>
internal sealed class StalePending
{
    /// <summary>Values that are clean after the next DSB.</summary>
    public Dictionary<StaleValue, int> Named { get; } = [];

    /// <summary>Values of stage 2 that a first TLBI has named.</summary>
    public Dictionary<StaleValue, int> Stage2Named { get; } = [];

    /// <summary>Values of stage 2 whose first TLBI is complete.</summary>
    public Dictionary<StaleValue, int> Stage2Complete { get; } = [];

    /// <summary>A second TLBI has come, for values of stage 2 whose first is complete.</summary>
    /// <param name="names">Whether the TLBI names a value.</param>
    public void NameAgain(Func<StaleValue, bool> names)
    {
        foreach (var (value, generation) in Stage2Complete.ToList())
        {
            if (value.Generation == generation && !names(value))
                continue;
            Stage2Complete.Remove(value);
            if (value.Generation == generation)
                Named[value] = generation;
        }
    }

    /// <summary>A DSB completes the TLBIs.</summary>
    /// <returns>The values that have left, and that no later store has replaced again.</returns>
    public IReadOnlyList<StaleValue> Complete()
    {
        IReadOnlyList<StaleValue> left =
            Named.Count == 0 ? [] : [.. Named.Where(named => named.Key.Generation == named.Value).Select(n => n.Key)];
        Named.Clear();
        foreach (var (value, generation) in Stage2Named)
            Stage2Complete[value] = generation;
        Stage2Named.Clear();
        return left;
    }
}

using System.Diagnostics;

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

    /// <summary>What its TLBIs have named, by the DSBs that complete them.</summary>
    public StalePending[] Pending { get; } =
    [
        new(Broadcast: true, NoXs: false), new(Broadcast: true, NoXs: true),
        new(Broadcast: false, NoXs: false), new(Broadcast: false, NoXs: true),
    ];

    /// <summary>What TLBIs of the form of this one have named.</summary>
    public StalePending PendingOf(in LintedTlbi tlbi)
    {
        foreach (var pending in Pending)
        {
            if (pending.Broadcast == tlbi.Broadcast && pending.NoXs == tlbi.NoXs)
                return pending;
        }

        throw new UnreachableException("every form of TLBI has a list");
    }
}

/// <summary>Values that TLBIs have named and no DSB has completed, each with its generation.</summary>
/// <param name="Broadcast">The TLBIs reach every CPU.</param>
/// <param name="NoXs">They are of the nXS form.</param>
internal sealed record StalePending(bool Broadcast, bool NoXs)
{
    private static readonly List<StaleValue> Nothing = [];

    /// <summary>Values that are clean after the next DSB.</summary>
    public Dictionary<StaleValue, int> Named { get; } = [];

    /// <summary>Values of which a TLBI has named some entries alone.</summary>
    public List<(StaleValue Value, int Generation, EntryIds[] Ids)> Partly { get; } = [];

    /// <summary>Values of stage 2 that a first TLBI has named.</summary>
    public Dictionary<StaleValue, int> Stage2Named { get; } = [];

    /// <summary>Values of stage 2 whose first TLBI is complete.</summary>
    public Dictionary<StaleValue, int> Stage2Complete { get; } = [];

    /// <summary>A second TLBI has come, for values of stage 2 whose first is complete.</summary>
    /// <param name="names">Whether the TLBI names a value.</param>
    /// <param name="second">What TLBIs of the second one's form have named.</param>
    public void NameAgain(Func<StaleValue, bool> names, StalePending second)
    {
        foreach (var (value, generation) in Stage2Complete.ToList())
        {
            if (value.Generation == generation && !names(value))
                continue;
            Stage2Complete.Remove(value);
            if (value.Generation == generation)
                second.Named[value] = generation;
        }
    }

    /// <summary>The TLBIs no longer count for another CPU than the one that replaced a value.</summary>
    /// <param name="which">The values.</param>
    public void NameForWriter(Predicate<StaleValue> which)
    {
        foreach (var (value, generation) in Named.Concat(Stage2Named).ToList())
        {
            if (value.Generation != generation || !which(value))
                continue;
            if (Named.Remove(value))
                Partly.Add((value, generation, [new(value.Writer, null, null)]));
            Stage2Named.Remove(value);
            (value.NearestTlbi, value.NearestMiss) = (value.NamedBy, TlbiMiss.Order);
        }
    }

    /// <summary>A DSB completes the TLBIs.</summary>
    /// <returns>The values that have left, and that no later store has replaced again.</returns>
    public List<StaleValue> Complete()
    {
        // Every DSB asks, and nearly always there is nothing.
        if (Named.Count + Stage2Named.Count == 0)
            return Nothing;
        var left = new List<StaleValue>(Named.Count);
        foreach (var (value, generation) in Named)
        {
            if (value.Generation == generation)
                left.Add(value);
        }

        Named.Clear();
        foreach (var (value, generation) in Stage2Named)
            Stage2Complete[value] = generation;
        Stage2Named.Clear();
        return left;
    }
}

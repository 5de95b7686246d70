using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>Values that TLBIs have named and no DSB has completed, each with its generation.</summary>
/// <param name="Broadcast">The TLBIs reach every CPU.</param>
/// <param name="NoXs">They are of the nXS form.</param>
internal sealed record StalePending(bool Broadcast, bool NoXs)
{
    private readonly List<StaleValue> _left = [];
    private readonly List<KeyValuePair<StaleValue, int>> _again = [];

    /// <summary>Values that are clean after the next DSB.</summary>
    public Dictionary<StaleValue, int> Named { get; } = [];

    /// <summary>Values of which a TLBI has named some entries alone.</summary>
    public List<(StaleValue Value, int Generation, EntryIds[] Ids)> Partly { get; } = [];

    /// <summary>Values of stage 2 that a first TLBI has named.</summary>
    public Dictionary<StaleValue, int> Stage2Named { get; } = [];

    /// <summary>Values of stage 2 whose first TLBI is complete.</summary>
    public Dictionary<StaleValue, int> Stage2Complete { get; } = [];

    /// <summary>A TLBI has named a value.</summary>
    /// <param name="once">It needs no second TLBI.</param>
    public void Name(StaleValue value, bool once) => Put(once ? Named : Stage2Named, value, value.Generation);

    /// <summary>A TLBI has named some entries of a value.</summary>
    public void Name(StaleValue value, List<EntryIds> ids)
    {
        value.References++;
        Partly.Add((value, value.Generation, [.. ids]));
    }

    /// <summary>A DSB has completed what named some entries alone.</summary>
    public void ClearPartly()
    {
        foreach (var (value, _, _) in Partly)
            value.References--;
        Partly.Clear();
    }

    /// <summary>A second TLBI has come, for values of stage 2 whose first is complete.</summary>
    /// <param name="names">Whether the TLBI names a value.</param>
    /// <param name="second">What TLBIs of the second one's form have named.</param>
    public void NameAgain(Func<StaleValue, bool> names, StalePending second)
    {
        if (Stage2Complete.Count == 0)
            return;
        _again.Clear();
        foreach (var complete in Stage2Complete)
            _again.Add(complete);
        foreach (var (value, generation) in _again)
        {
            if (value.Generation == generation && !names(value))
                continue;
            Stage2Complete.Remove(value);
            if (value.Generation == generation)
                Put(second.Named, value, generation);
            value.References--;
        }
    }

    /// <summary>The TLBIs no longer count for another CPU than the one that replaced a value.</summary>
    /// <param name="which">The values.</param>
    public void NameForWriter(Predicate<StaleValue> which)
    {
        if (Named.Count + Stage2Named.Count == 0)
            return;
        foreach (var (value, generation) in Named.Concat(Stage2Named).ToList())
        {
            if (value.Generation != generation || !which(value))
                continue;
            if (Named.Remove(value))
                Partly.Add((value, generation, [new(value.Writer, null, null)]));
            if (Stage2Named.Remove(value))
                value.References--;
            (value.NearestTlbi, value.NearestMiss) = (value.NamedBy, TlbiMiss.Order);
        }
    }

    /// <summary>The TLBIs no longer count for a value of stage 1.</summary>
    public void NameNoMore(StaleValue value)
    {
        if (Named.Remove(value))
            value.References--;
    }

    /// <summary>A DSB completes the TLBIs.</summary>
    /// <returns>
    /// The values that have left, and that no later store has replaced again. The list is valid until the next call.
    /// </returns>
    public List<StaleValue> Complete()
    {
        _left.Clear();
        // Every DSB asks, and nearly always there is nothing.
        if (Named.Count + Stage2Named.Count == 0)
            return _left;
        foreach (var (value, generation) in Named)
        {
            value.References--;
            if (value.Generation == generation)
                _left.Add(value);
        }

        Named.Clear();
        foreach (var (value, generation) in Stage2Named)
        {
            Put(Stage2Complete, value, generation);
            value.References--;
        }

        Stage2Named.Clear();
        return _left;
    }

    private static void Put(Dictionary<StaleValue, int> named, StaleValue value, int generation)
    {
        ref int known = ref CollectionsMarshal.GetValueRefOrAddDefault(named, value, out bool isKnown);
        known = generation;
        if (!isKnown)
            value.References++;
    }
}

using System.Diagnostics;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>How far one CPU's barriers and TLBIs have come with the old values of descriptors.</summary>
internal sealed partial class StaleProgress
{
    private readonly List<StaleValue> _fresh = [];
    private readonly HashSet<StaleValue> _own = [];

    /// <summary>Values that wait for a DSB of this CPU, which replaced them.</summary>
    public List<StaleValue> Fresh => _fresh;

    /// <summary>Values that have had a DSB NSH and wait for one of a wider domain.</summary>
    public HashSet<StaleValue> Own => _own;

    /// <summary>A value waits for a DSB of this CPU.</summary>
    public void AddFresh(StaleValue value)
    {
        value.References++;
        _fresh.Add(value);
    }

    /// <summary>A DSB has come.</summary>
    public void ClearFresh()
    {
        foreach (var value in _fresh)
            value.References--;
        _fresh.Clear();
    }

    /// <summary>A value has had a DSB NSH.</summary>
    public void AddOwn(StaleValue value)
    {
        if (_own.Add(value))
            value.References++;
    }

    /// <summary>A value is clean.</summary>
    public void RemoveOwn(StaleValue value)
    {
        if (_own.Remove(value))
            value.References--;
    }

    /// <summary>A DSB of a wider domain has come.</summary>
    public void ClearOwn()
    {
        foreach (var value in _own)
            value.References--;
        _own.Clear();
    }

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

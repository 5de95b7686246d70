using Orleans.Mmu.Checking.Toy;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The entries whose change a CPU has begun and not completed, by the place where it stands. Other CPUs may translate
/// these differently from memory. A change is open while something is left to do for it (<see cref="RangeChange"/>) and
/// the CPU does something of that on some way from the place; where the program has no such step, the author takes the
/// change for complete.
/// </summary>
internal sealed class OpenChanges
{
    private readonly uint[] _touched;
    private readonly uint[] _forOthers;
    private readonly uint[] _forItself;
    private readonly uint[] _afterRelease;

    public OpenChanges(ProgramGraph graph, ChangeFlow flow, EntryUniverse universe)
    {
        int places = graph.Places.Length;
        (_touched, _forOthers, _forItself, _afterRelease) =
            (new uint[places], new uint[places], new uint[places], new uint[places]);
        foreach (var range in ChangeFlow.Ranges)
        {
            uint entries = universe.Of(range);
            var forOthers = LeadTo(graph, (p, step) => flow.IsPart(flow[p.Change, range], range, step, itself: false));
            var forItself = LeadTo(graph, (p, step) => flow.IsPart(flow[p.Change, range], range, step, itself: true));
            var toFree = LeadTo(graph, (_, step) => flow.Frees(step, range));
            for (int i = 0; i < places; i++)
            {
                var change = flow[graph.Places[i].Change, range];
                bool hasStored = flow.HasStored(graph.Places[i].Main, range);
                // Who unmaps a table takes the change for complete when it frees the table.
                bool isOpen = (change.IsOpenForOthers && forOthers[i]) || (hasStored && toFree[i]);
                _touched[i] |= hasStored ? entries : 0;
                _forOthers[i] |= isOpen ? entries : 0;
                _forItself[i] |= isOpen || (change.IsOpenForItself && forItself[i]) ? entries : 0;
                // The release completes what came before it for a CPU that has seen it, unless it tells the CPU to
                // flush.
                _afterRelease[i] |= flow.IsReleased(graph.Places[i].Main, change) ? 0 : entries;
            }
        }
    }

    /// <summary>The entries of every range of which the CPU has issued a store.</summary>
    /// <param name="place">Where it stands.</param>
    public uint Touched(int place) => _touched[place];

    /// <summary>The entries whose change is not complete.</summary>
    /// <param name="place">As above.</param>
    /// <param name="itself">Whether it is asked for the CPU itself.</param>
    /// <param name="sawRelease">Whether the CPU that it is asked for has seen the flag cleared by this one.</param>
    public uint At(int place, bool itself, bool sawRelease)
    {
        uint open = itself ? _forItself[place] : _forOthers[place];
        return sawRelease ? open & _afterRelease[place] : open;
    }

    // The places from which some way leads to such a step of the program.
    private static bool[] LeadTo(ProgramGraph graph, Func<ProgramPlace, int, bool> isStep)
    {
        var (places, ways) = (graph.Places, graph.Ways);
        bool[] leads =
            [.. places.Select((p, i) => !p.IsHandling && ways[i].Step is not null && isStep(p, p.Main))];
        for (bool grows = true; grows;)
        {
            grows = false;
            for (int i = leads.Length - 1; i >= 0; i--)
            {
                var (_, next, skipped, taken, sent) = ways[i];
                if (!leads[i] && (Is(next) || Is(skipped) || Is(taken) || Is(sent)))
                    grows = leads[i] = true;
            }
        }

        return leads;

        bool Is(int place) => place >= 0 && leads[place];
    }
}

using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Client.Results;

/// <summary>A trace's counts in one configuration, ready to print.</summary>
internal sealed record TlbRow(string Trace, NamedConfiguration Named, TlbSimulationResult Result, MissCounts Counts)
{
    public MissRates Rates { get; } = MissRates.Of(Result, Counts);

    public TlbConfiguration Configuration => Named.Configuration;
}

/// <summary>A configuration and the core that it was requested by.</summary>
/// <param name="Core">The core's name; empty if any of the TLBs was given separately.</param>
internal sealed record NamedConfiguration(string Core, TlbConfiguration Configuration);

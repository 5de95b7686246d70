using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Client.Results;

/// <summary>What a trace did in one configuration, as it is printed.</summary>
internal sealed record TlbRow(string Trace, NamedConfiguration Named, TlbReplayResult Result, MissCounts Counts)
{
    public MissRates Rates { get; } = MissRates.Of(Result, Counts);

    public TlbConfiguration Configuration => Named.Configuration;
}

/// <summary>A configuration and the core that it was asked for by.</summary>
/// <param name="Core">The core's name; empty where any of the TLBs was given otherwise.</param>
internal sealed record NamedConfiguration(string Core, TlbConfiguration Configuration);

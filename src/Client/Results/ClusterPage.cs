using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Results;

/// <summary>One row of a cluster's list of machines.</summary>
/// <param name="IsGone">Whether the list had a machine that does not exist; the row is not there again.</param>
internal sealed record ClusterMachine(MachineEntry Entry, bool IsGone);

/// <summary>What a cluster consists of.</summary>
/// <param name="Machines">The newest machines, the newest first.</param>
/// <param name="More">How many machines there are beside these.</param>
internal sealed record ClusterPage(
    ImmutableArray<SiloEntry> Silos, ImmutableArray<ClusterMachine> Machines, int More);

/// <summary>What became of machines that were to be removed.</summary>
/// <param name="Removed">The keys of machines that are removed.</param>
/// <param name="Left">The keys of machines that boot or run a scenario.</param>
internal sealed record ClusterRemovals(ImmutableArray<string> Removed, ImmutableArray<string> Left);

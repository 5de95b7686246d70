using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Viewer.Live;

/// <summary>The machines that were booted, as the list of them shows them.</summary>
/// <param name="Machines">The newest first.</param>
/// <param name="More">How many there are beside these.</param>
public sealed record MachineListSight(ImmutableArray<MachineEntry> Machines, int More) : ILiveSight
{
    /// <summary>The cluster's explorations that go on, and the last that are over; the newest first.</summary>
    public ImmutableArray<ExplorationRow> Explorations { get; init; } = [];

    /// <summary>Another machine may be booted at any time.</summary>
    public bool IsLast => false;

    public object Mark => (More, string.Join('\n', Machines), string.Join('\n', Explorations));

    public Task<string> FragmentAsync() => PageWriter.FragmentAsync(
        typeof(MachineTable), new Dictionary<string, object?> { [nameof(MachineTable.Sight)] = this });
}

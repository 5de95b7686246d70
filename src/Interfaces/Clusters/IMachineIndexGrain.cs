using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Interfaces.Clusters;

/// <summary>One part of the list of machines, for clients; key: one of <see cref="MachineIndex.PartKeys"/>.</summary>
[GrainInterfaceType("mmu.IMachineIndexGrain"), Alias("mmu.IMachineIndexGrain")]
public interface IMachineIndexGrain : IGrainWithStringKey
{
    /// <summary>The machines of this part, as storage has them now.</summary>
    [Alias("List")]
    Task<MachineIndexPage> List(CancellationToken cancellationToken);
}

/// <summary>The same part, for machines; clients may not call it.</summary>
[GrainInterfaceType("mmu.IMachineIndexWriterGrain"), Alias("mmu.IMachineIndexWriterGrain")]
public interface IMachineIndexWriterGrain : IGrainWithStringKey
{
    /// <summary>
    /// Writes what is known of a machine, in place of an entry that it follows (<see cref="MachineEntry.Follows"/>);
    /// another entry changes nothing.
    /// </summary>
    /// <returns>False where the part is full and the machine is not in it.</returns>
    [Alias("Enter")]
    Task<bool> Enter(MachineEntry entry, CancellationToken cancellationToken);

    /// <summary>Deletes the entry of a machine that was removed.</summary>
    [Alias("Drop")]
    Task Drop(string machineKey, CancellationToken cancellationToken);
}

/// <summary>One part of the index of machines, and the time to tell their ages by.</summary>
/// <param name="Entries">The machines of one part.</param>
/// <param name="Now">The time by the clock that ages are to be told by.</param>
[GenerateSerializer, Immutable, Alias("mmu.MachineIndexPage")]
public sealed record MachineIndexPage(
    [property: Id(0)] ImmutableArray<MachineEntry> Entries, [property: Id(1)] DateTimeOffset Now);

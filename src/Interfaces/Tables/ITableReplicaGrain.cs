using Orleans.Mmu.Interfaces.MachineFiles;

namespace Orleans.Mmu.Interfaces.Tables;

/// <summary>
/// A silo's own copy of a machine's tables; key "machine". CPUs of the silo walk the same objects, and a version
/// crosses between silos once for each silo, not once for each CPU.
/// </summary>
[GrainInterfaceType("mmu.ITableReplicaGrain"), Alias("mmu.ITableReplicaGrain")]
public interface ITableReplicaGrain : IGrainWithStringKey
{
    [Alias("GetTables")]
    Task<PublishedTables> GetTables(long version, CancellationToken cancellationToken);

    [Alias("GetMachine")]
    Task<MachineHandle> GetMachine(CancellationToken cancellationToken);
}

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>
/// A grain that is a part of one machine: a CPU, the tables, the coordinator, the journal, the scenario. Only the
/// machine calls it, when it is removed.
/// </summary>
[GrainInterfaceType("mmu.IMachinePartGrain"), Alias("mmu.IMachinePartGrain")]
public interface IMachinePartGrain : IGrainWithStringKey
{
    /// <summary>Deletes what storage has of this part, and ends the activation. A repeat does nothing.</summary>
    [Alias("Remove")]
    Task Remove(CancellationToken cancellationToken);
}

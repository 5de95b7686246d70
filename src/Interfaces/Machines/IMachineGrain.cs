using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>
/// A machine: it boots once and remembers how that went. Its key names the run, not the machine file.
/// </summary>
[GrainInterfaceType("mmu.IMachineGrain"), Alias("mmu.IMachineGrain")]
public interface IMachineGrain : IGrainWithStringKey
{
    /// <summary>Boots, or waits for a boot that runs already, or repeats the report of one that is over.</summary>
    [Alias("Boot"), ResponseTimeout("00:30:00")]
    Task<BootAnswer> Boot(BootRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for a boot that was begun, or repeats the report of one that is over; where no boot was asked for the
    /// answer says so.
    /// </summary>
    [Alias("Attach"), ResponseTimeout("00:30:00")]
    Task<BootAnswer> Attach(CancellationToken cancellationToken);

    /// <summary>What the boot is doing now.</summary>
    [Alias("GetProgress"), AlwaysInterleave]
    Task<BootProgress> GetProgress(CancellationToken cancellationToken);

    /// <summary>The state that the machine is in, as persisted.</summary>
    [Alias("GetOutcome"), AlwaysInterleave]
    Task<MachineOutcome> GetOutcome(CancellationToken cancellationToken);

    /// <summary>
    /// What the cluster's list should say of the machine, which is also written there if it says something else; null
    /// where there is no machine of this key.
    /// </summary>
    [Alias("GetEntry"), AlwaysInterleave]
    Task<MachineEntry?> GetEntry(CancellationToken cancellationToken);

    /// <summary>The machine in full; null where there is no machine of this key.</summary>
    [Alias("GetDetails"), AlwaysInterleave]
    Task<MachineDetails?> GetDetails(CancellationToken cancellationToken);

    /// <summary>
    /// Deletes all that storage has of the machine, its reminder, its entry in the cluster's list, and its activations.
    /// A removal that was interrupted is continued by the next one.
    /// </summary>
    /// <param name="force">Cancels a boot that is under way, rather than leave the machine as it is.</param>
    [Alias("Remove"), AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task<Removal> Remove(bool force, CancellationToken cancellationToken);
}

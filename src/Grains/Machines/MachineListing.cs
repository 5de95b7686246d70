using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>A machine's place in the cluster's list.</summary>
/// <param name="key">The machine's key.</param>
/// <param name="silo">The silo that the machine is on.</param>
internal sealed class MachineListing(string key, SiloAddress silo, IGrainFactory grains, RetryPolicy retries)
{
    private readonly IMachineIndexWriterGrain _part =
        grains.GetGrain<IMachineIndexWriterGrain>(MachineIndex.PartOf(key));

    /// <summary>What the list says of a machine in this state; null where the machine was never booted.</summary>
    public MachineEntry? Of(MachineState state) => state.Request is not { } request ? null : new()
    {
        Key = key,
        Machine = Short(request.Machine.Description.Name),
        Cpus = request.Machine.Description.Cpus.Length,
        Outcome = state.Outcome,
        Mode = state.Report?.Mode,
        Began = state.Began,
        Changed = state.Changed,
        Silo = silo.Endpoint.ToString(),
        Epoch = state.Epoch,
    };

    /// <summary>Writes a state to the list.</summary>
    /// <returns>False where the list has no room for the machine.</returns>
    /// <exception cref="TimeoutException">The list did not answer.</exception>
    /// <exception cref="OrleansException">No silo had the list.</exception>
    public Task<bool> EnterAsync(MachineState state) => Of(state) is not { } entry ? Task.FromResult(true)
        : retries.CallAsync(() => _part.Enter(entry, CancellationToken.None));

    /// <summary>Deletes the machine's entry.</summary>
    /// <exception cref="TimeoutException">The list did not answer.</exception>
    /// <exception cref="OrleansException">No silo had the list.</exception>
    public Task DropAsync() => retries.CallAsync(async () =>
    {
        await _part.Drop(key, CancellationToken.None);
        return true;
    });

    private static string Short(string name) =>
        name.Length <= MachineEntry.LongestName ? name : name[..(MachineEntry.LongestName - 1)] + "…";
}

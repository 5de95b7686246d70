using System.Collections.Immutable;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>The silos and machines of a cluster.</summary>
internal sealed class ClusterMachines(IGrainFactory grains, CancellationToken cancellationToken)
{
    // A silo runs 64 calls of one client at once.
    private const int CallsAtOnce = 16;

    /// <summary>The silos.</summary>
    /// <exception cref="TryAgainException">No silo answers.</exception>
    public Task<ImmutableArray<SiloEntry>> SilosAsync() =>
        AskAsync(() => grains.GetGrain<ISilosGrain>(ISilosGrain.OnlyKey).List(cancellationToken));

    /// <summary>All machines of the list, the newest first, and the time by a silo's clock.</summary>
    /// <exception cref="TryAgainException">No silo answers.</exception>
    public async Task<(ImmutableArray<MachineEntry> Entries, DateTimeOffset Now)> ListAsync()
    {
        var pages = await EachAsync(
            MachineIndex.PartKeys,
            part => AskAsync(() => grains.GetGrain<IMachineIndexGrain>(part).List(cancellationToken)));
        return (MachineIndex.Newest(pages), pages.Max(p => p.Now));
    }

    /// <summary>
    /// Asks the machines that may have gone on without telling the list, because their silo was lost: those that the
    /// list says are being booted or removed. The list drops those that do not exist.
    /// </summary>
    /// <exception cref="TryAgainException">No silo answers.</exception>
    public async Task<ImmutableArray<ClusterMachine>> CheckAsync(IEnumerable<MachineEntry> entries) =>
        await EachAsync(entries, async entry => !entry.IsOpen ? new(entry, IsGone: false)
            : await AskAsync(() => Machine(entry.Key).GetEntry(cancellationToken)) is { } now
                ? new(now, IsGone: false)
                : new ClusterMachine(entry, IsGone: await RemoveAsync(entry.Key, force: false) == Removal.Unknown));

    /// <summary>One machine; null where there is none, and the list drops it if it has it.</summary>
    /// <exception cref="TryAgainException">No silo answers.</exception>
    public async Task<MachineDetails?> FindAsync(string key)
    {
        var found = await AskAsync(() => Machine(key).GetDetails(cancellationToken));
        if (found is null)
            await RemoveAsync(key, force: false);
        return found;
    }

    /// <summary>Removes a machine. A removal whose answer was lost is asked for again.</summary>
    /// <exception cref="TryAgainException">No silo answers.</exception>
    public async Task<Removal> RemoveAsync(string key, bool force)
    {
        bool wasAsked = false;
        return await AskAsync(async () =>
        {
            bool isAgain = wasAsked;
            wasAsked = true;
            var removal = await Machine(key).Remove(force, cancellationToken);
            return removal == Removal.Unknown && isAgain ? Removal.Removed : removal;
        });
    }

    /// <summary>Does the same for each of many, some at once; the results are in the order of the items.</summary>
    public static async Task<ImmutableArray<TResult>> EachAsync<T, TResult>(
        IEnumerable<T> items, Func<T, Task<TResult>> act)
    {
        using var places = new SemaphoreSlim(CallsAtOnce);
        return [.. await Task.WhenAll(items.Select(async item =>
        {
            await places.WaitAsync();
            try
            {
                return await act(item);
            }
            finally
            {
                places.Release();
            }
        }))];
    }

    private IMachineGrain Machine(string key) => grains.GetGrain<IMachineGrain>(key);

    private async Task<T> AskAsync<T>(Func<Task<T>> call)
    {
        try
        {
            // Ctrl-C does not wait for a silo.
            return await RetryPolicy.ForHeldStates.AskAsync(call).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            throw new TryAgainException("no silo has answered (run the command again)", e);
        }
    }
}

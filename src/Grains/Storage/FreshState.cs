using Orleans.Storage;

namespace Orleans.Mmu.Grains.Storage;

/// <summary>
/// Tells whether what an activation has in memory is what storage has. A silo that was declared dead and is not may go
/// on with an activation that another has replaced: its writes are refused by their ETag, and this is the same check
/// for a read. It looks at storage on the side, so that the state in memory, which may be on its way to storage, is
/// left alone.
/// </summary>
/// <param name="name">The state's name.</param>
internal sealed class FreshState<T>(IPersistentState<T> state, string name, GrainId grain, IGrainStorage storage)
    where T : new()
{
    private Task<bool> _check = Task.FromResult(true);
    private Task<bool>? _next;

    /// <summary>
    /// Whether no other activation had written when this was asked. Questions that come while a check is under way
    /// share the one after it.
    /// </summary>
    public Task<bool> IsNewestAsync() => _next ??= CheckAfterAsync(_check);

    private async Task<bool> CheckAfterAsync(Task<bool> before)
    {
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding);
        (_check, _next) = (_next!, null);
        while (true)
        {
            string? known = state.Etag;
            var stored = new GrainState<T>(new());
            await storage.ReadStateAsync(name, grain, stored);
            if (stored.ETag == known)
                return true;
            // The activation's own write may have come in between.
            if (state.Etag == known)
                return false;
        }
    }
}

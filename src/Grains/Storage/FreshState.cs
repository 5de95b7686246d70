using Orleans.Storage;

namespace Orleans.Mmu.Grains.Storage;

/// <summary>
/// Reads an activation's record from storage, and tells whether the activation has the same in memory. A silo that was
/// declared dead and is not may go on with an activation that another has replaced: its writes are refused by their
/// ETag, and this is the same check for a read. It looks at storage on the side, so that the state in memory, which may
/// be on its way to storage, is left alone.
/// </summary>
/// <param name="name">The state's name.</param>
internal sealed class FreshState<T>(IPersistentState<T> state, string name, GrainId grain, IGrainStorage storage)
    where T : new()
{
    private Task _read = Task.CompletedTask;
    private Task<GrainState<T>>? _next;

    /// <summary>
    /// The record as storage has it after this call. Calls that come while a read is under way share the next one.
    /// </summary>
    public Task<GrainState<T>> ReadAsync() => _next ??= ReadAfterAsync(_read);

    /// <summary>Whether no other activation had written when this was called.</summary>
    public async Task<bool> IsNewestAsync()
    {
        while (true)
        {
            string? known = state.Etag;
            var stored = await ReadAsync();
            if (stored.ETag == known)
                return true;
            // The activation's own write may have come in between.
            if (state.Etag == known)
                return false;
        }
    }

    private async Task<GrainState<T>> ReadAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.ForceYielding);
        (_read, _next) = (_next!, null);
        var stored = new GrainState<T>(new());
        await storage.ReadStateAsync(name, grain, stored);
        return stored;
    }
}

namespace Orleans.Mmu.Grains.Storage;

/// <summary>Writes of state by an activation that may not be the only one of its grain.</summary>
internal static class OwnedStates
{
    /// <summary>
    /// Writes the state. Where that fails, the activation is deactivated, since it does not know what is written, and
    /// another may have replaced it.
    /// </summary>
    public static async Task WriteOrDeactivateAsync<T>(this IPersistentState<T> state, IGrainBase grain)
    {
        try
        {
            await state.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }
}

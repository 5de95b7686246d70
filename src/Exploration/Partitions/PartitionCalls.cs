namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// Waits for calls that are made at once, and fails with the first failure: a partition that reports a loss need not
/// wait for calls to the lost partition to time out.
/// </summary>
internal static class PartitionCalls
{
    public static async Task AllAsync(IEnumerable<Task> calls)
    {
        await foreach (var answered in Task.WhenEach(calls))
            await answered;
    }

    public static async Task<T[]> AllAsync<T>(IEnumerable<Task<T>> calls)
    {
        Task<T>[] called = [.. calls];
        await AllAsync((IEnumerable<Task>)called);
        return await Task.WhenAll(called);
    }
}

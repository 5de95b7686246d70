using StackExchange.Redis;

namespace Orleans.Mmu.Silo.Hosting;

/// <summary>
/// Makes of a call that failed because Redis does not answer one whose outcome is unknown, which callers repeat. The
/// exceptions of the Redis client have no codec of Orleans, so that their receiver would be told of that alone.
/// </summary>
internal sealed class RedisFailures : IIncomingGrainCallFilter
{
    /// <exception cref="SiloUnavailableException">The silo does not reach Redis.</exception>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException)
        {
            throw new SiloUnavailableException($"the silo does not reach Redis: {e.Message}");
        }
    }
}

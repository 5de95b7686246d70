namespace Orleans.Mmu.Interfaces;

/// <summary>A call that nobody answered: it may have been performed or not, so only what can be repeated is called like this.</summary>
public static class UnknownOutcome
{
    public static bool Is(Exception e) => e is TimeoutException or Orleans.Runtime.OrleansException;

    /// <summary>Calls again until somebody answers.</summary>
    /// <param name="attempts">At most; the last one's exception is the caller's.</param>
    public static async Task<T> Repeat<T>(int attempts, Func<Task<T>> call)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (Is(e) && attempt < attempts)
            {
                // Nobody knows; the callee knows a repeat when it sees one.
            }
        }
    }
}

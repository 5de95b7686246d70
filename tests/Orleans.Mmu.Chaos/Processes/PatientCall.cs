using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Chaos.Processes;

/// <summary>A short call to a cluster that has just lost something: it is made again until somebody answers.</summary>
internal static class PatientCall
{
    private const int Attempts = 60;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static Task<T> ForAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => UnknownOutcome.Repeat(Attempts, async () =>
    {
        try
        {
            return await call().WaitAsync(Limit, cancellationToken);
        }
        catch (Exception e) when (UnknownOutcome.Is(e))
        {
            await Task.Delay(Limit / 10, cancellationToken);
            throw;
        }
    });
}

using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Chaos.Processes;

/// <summary>A short call to a cluster that has just lost something: it is made again until a silo answers.</summary>
internal static class PatientCall
{
    private static readonly RetryPolicy Policy = new(
        attempts: 60, answerTimeout: TimeSpan.FromSeconds(2), failover: TimeSpan.FromMinutes(2), TimeProvider.System);

    public static Task<T> ForAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        Policy.AskAsync(() => call().WaitAsync(cancellationToken));
}

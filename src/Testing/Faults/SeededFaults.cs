using System.Collections.Concurrent;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Testing.Faults;

/// <summary>
/// The fate of the n-th call of a method to a target follows from a seed. No answer is lost twice running, so that a
/// verdict never hangs on whether the third attempt was the last.
/// </summary>
public static class SeededFaults
{
    private static readonly HashSet<string> Losable =
    [
        nameof(ICpuGrain.Perform), nameof(ICpuGrain.Speculate), nameof(ICpuGrain.Invalidate), nameof(ICpuGrain.Work),
        nameof(IPageTableGrain.Call),
    ];

    /// <summary>
    /// Fates for <see cref="MessageFaults.Fate"/>: of eight calls one comes twice, two come late, and two lose their
    /// answer where the call may be lost. The count of calls is this delegate's own: each run needs a new one.
    /// </summary>
    /// <param name="seed">The same seed gives the n-th call the same fate.</param>
    public static Func<string, string, Fault> Of(long seed)
    {
        var choice = new SeededChoice((ulong)seed);
        var calls = new ConcurrentDictionary<(string, string), int>();
        return (method, target) =>
        {
            int n = calls.AddOrUpdate(
                (method, target[(target.IndexOf('/', StringComparison.Ordinal) + 1)..]), 1, (_, c) => c + 1);
            bool losable = n % 2 == 1 && Losable.Contains(method);
            return method is "Boot" or "Run" ? Fault.None
                : (choice.Bits(Purpose.Walk, method.Sum(c => c), n, target[^1]) % 8) switch
                {
                    0 => Fault.Duplicate,
                    1 or 2 => Fault.Delay,
                    3 or 4 when losable => Fault.LoseAnswer,
                    _ => Fault.None,
                };
        };
    }
}

using System.Collections.Concurrent;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Chaos.Network;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>
/// The fate of the n-th call of a method to a target follows from a seed. No answer is lost twice running, so that a
/// verdict never hangs on whether the third attempt was the last.
/// </summary>
internal static class NetworkWeather
{
    private static readonly HashSet<string> Losable =
    [
        nameof(ICpuGrain.Perform), nameof(ICpuGrain.Speculate), nameof(ICpuGrain.Invalidate), nameof(ICpuGrain.Work),
        nameof(IPageTableGrain.Call),
    ];

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

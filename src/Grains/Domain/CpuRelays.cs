using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;

namespace Orleans.Mmu.Grains.Domain;

/// <summary>
/// The CPUs of a machine that live in other silos, in groups with a relay each. A group is only where CPUs were found
/// last: a call that brings no answer is made to the CPU itself afterwards.
/// </summary>
/// <param name="here">The caller's silo, whose CPUs need no relay.</param>
internal sealed class CpuRelays(
    IGrainFactory grains, string machine, SiloAddress here, TimeSpan answerTimeout, TimeProvider time)
{
    // One CPU is called as fast by itself.
    private const int Fewest = 2;

    private ImmutableArray<(ICpuRelayGrain Relay, ImmutableHashSet<int> Cpus)> _groups = [];

    /// <summary>Learns from answers where CPUs live, and waits for the relays to come into being.</summary>
    public async Task LearnAsync(IEnumerable<CpuAnswer> answers)
    {
        _groups =
        [
            .. answers.Where(a => a.Silo is { } silo && !silo.Equals(here)).GroupBy(a => a.Silo!)
                .Where(g => g.Count() >= Fewest)
                .Select(g => (
                    grains.GetGrain<ICpuRelayGrain>(new CpuKey(machine, g.First().Cpu).ToString()),
                    g.Select(a => a.Cpu).ToImmutableHashSet())),
        ];
        foreach (var prepared in _groups.Select(g => g.Relay.Prepare(CancellationToken.None)).ToList())
            await AnsweredAsync(prepared);
    }

    /// <summary>Sends a call to those of some CPUs that have a relay, and does not wait for it.</summary>
    public IReadOnlyList<Relayed<T>> Send<T>(
        IReadOnlyList<int> cpus, Func<ICpuRelayGrain, ImmutableArray<int>, Task<ImmutableArray<T>>> call)
    {
        var sent = new List<Relayed<T>>();
        foreach (var (relay, members) in _groups)
        {
            ImmutableArray<int> asked = [.. cpus.Where(members.Contains)];
            if (asked.Length >= Fewest)
                sent.Add(new(asked, call(relay, asked)));
        }

        return sent;
    }

    /// <summary>The answers of a call; none where it is unknown what became of it.</summary>
    public async Task<ImmutableArray<T>> AnswersAsync<T>(Task<ImmutableArray<T>> call) =>
        await AnsweredAsync(call) ? await call : [];

    private async Task<bool> AnsweredAsync(Task call)
    {
        try
        {
            await call.WaitAsync(answerTimeout, time);
            return true;
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            _ = call.ContinueWith(static c => c.Exception, CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return false;
        }
    }
}

/// <summary>A call on its way through a relay.</summary>
internal readonly record struct Relayed<T>(ImmutableArray<int> Cpus, Task<ImmutableArray<T>> Call);

using System.Runtime.ExceptionServices;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;

namespace Orleans.Mmu.Grains.Domain;

/// <summary>What a fan-out brought: the answers, and the CPUs that gave none.</summary>
internal readonly record struct Answers<T>(IReadOnlyList<T> Given, IReadOnlyList<int> Silent);

/// <summary>
/// The CPUs of a machine, which hear each other's broadcasts. A call without an answer in time is repeated, since it is
/// unknown whether it was performed. Every call that goes this way can be repeated without harm.
/// </summary>
internal sealed class InnerShareableDomain(
    IGrainFactory grains, string machine, MmuOptions options, TimeProvider time, MmuMeter meter)
{
    private readonly RetryPolicy _retries = options.Retries(time);
    private readonly Dictionary<int, ICpuGrain> _cpus = [];

    /// <summary>Looks up references, which takes longer than a call does; they are kept.</summary>
    public void Know(IEnumerable<int> cpus)
    {
        foreach (int cpu in cpus)
            Cpu(cpu);
    }

    public ICpuGrain Cpu(int id)
    {
        if (!_cpus.TryGetValue(id, out var cpu))
            _cpus[id] = cpu = grains.GetGrain<ICpuGrain>(new CpuKey(machine, id).ToString());
        return cpu;
    }

    /// <summary>Asks every CPU at once, waits for all of them, and asks the silent ones again.</summary>
    public async Task<Answers<T>> Ask<T>(IReadOnlyList<int> cpus, Func<ICpuGrain, Task<T>> call)
        where T : class
    {
        var answers = await AskAll(cpus, call);
        return new([.. answers.OfType<Task<T>>().Select(a => a.Result)], SilentOf(cpus, answers));
    }

    // The calls that were answered; null where a CPU gave no answer.
    private async Task<Task?[]> AskAll(IReadOnlyList<int> cpus, Func<ICpuGrain, Task> call)
    {
        var answers = new Task?[cpus.Count];
        int[] silences = new int[cpus.Count];
        var open = Enumerable.Range(0, cpus.Count).ToList();
        var wait = _retries.Begin();
        while (open.Count > 0)
        {
            // One limit for all: a timer and a pass through the policy for each of many CPUs cost more than the calls.
            var calls = open.ConvertAll(i => call(Cpu(cpus[i])));
            await AllOrTimeout(calls);
            bool nowhere = false;
            for (int i = 0; i < calls.Count; i++)
            {
                answers[open[i]] = AnswerOf(calls[i], out bool isNowhere);
                nowhere |= isNowhere;
                if (!isNowhere)
                    silences[open[i]]++;
            }

            open.RemoveAll(i => answers[i] is not null || silences[i] >= options.Attempts || wait.IsOver);
            if (nowhere && open.Count > 0)
                await wait.Next();
        }

        return answers;
    }

    private static IReadOnlyList<int> SilentOf(IReadOnlyList<int> cpus, Task?[] answers) =>
        [.. cpus.Where((_, i) => answers[i] is null)];

    /// <summary>
    /// Broadcast TLBIs: sent now, complete on all when the task is, which is what the issuer's DSB awaits.
    /// </summary>
    /// <returns>The CPUs on which it did not complete.</returns>
    public async Task<IReadOnlyList<int>> Broadcast(
        IReadOnlyList<int> cpus, IReadOnlyList<TlbiOperation> operations, long epoch, long ordinal, long version = 0)
    {
        meter.Broadcast(operations.Count);
        var message = new TlbiMessage(epoch, ordinal, [.. operations], version);
        return SilentOf(cpus, await AskAll(cpus, cpu => cpu.Invalidate(message, CancellationToken.None)));
    }

    private async Task AllOrTimeout(List<Task> calls)
    {
        try
        {
            await Task.WhenAll(calls).WaitAsync(options.AnswerTimeout, time);
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            // The answers are examined one by one below.
        }
    }

    // Null: it is unknown whether the call was performed. A CPU's complaint about the call itself is thrown.
    private static Task? AnswerOf(Task call, out bool isNowhere)
    {
        isNowhere = false;
        if (call.IsCompletedSuccessfully)
            return call;
        if (call.Exception?.InnerException is { } error)
        {
            if (!CallFailures.HasUnknownOutcome(error))
                ExceptionDispatchInfo.Throw(error);
            isNowhere = CallFailures.HasNoActivation(error);
        }

        _ = call.ContinueWith(static c => c.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        return null;
    }
}

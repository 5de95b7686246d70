using Orleans.Mmu.Arm;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Grains;

/// <summary>What a fan-out brought: the answers, and the CPUs that gave none.</summary>
internal readonly record struct Answers<T>(IReadOnlyList<T> Given, IReadOnlyList<int> Silent);

/// <summary>
/// The CPUs of a machine that hear each other. A call that is not answered in time is repeated, since nobody knows
/// whether it was performed; every call that goes this way can be repeated without harm.
/// </summary>
internal sealed class InnerShareableDomain(IGrainFactory grains, string machine, MmuOptions options, TimeProvider time)
{
    public ICpuGrain Cpu(int id) => grains.GetGrain<ICpuGrain>(new CpuKey(machine, id).ToString());

    /// <summary>Asks every CPU at once and waits for all of them.</summary>
    public async Task<Answers<T>> Ask<T>(IReadOnlyList<int> cpus, Func<ICpuGrain, Task<T>> call)
        where T : class
    {
        var answers = await Task.WhenAll(cpus.Select(c => AskOne(c, call)));
        return new(
            [.. answers.OfType<T>()],
            [.. cpus.Where((_, i) => answers[i] is null)]);
    }

    /// <summary>A broadcast TLBI: sent now, complete on all when the task is, which is what the issuer's DSB awaits.</summary>
    /// <returns>The CPUs on which it did not complete.</returns>
    public async Task<IReadOnlyList<int>> Broadcast(IReadOnlyList<int> cpus, TlbiOperation operation, long epoch, long ordinal)
    {
        var message = new TlbiMessage(epoch, ordinal, (int)operation.Scope, operation.Address.Value, operation.Length, operation.Asid);
        var answers = await Ask(cpus, async cpu =>
        {
            await cpu.Invalidate(message, CancellationToken.None);
            return message;
        });
        return answers.Silent;
    }

    private async Task<T?> AskOne<T>(int id, Func<ICpuGrain, Task<T>> call)
        where T : class
    {
        var cpu = Cpu(id);
        for (int attempt = 1; attempt <= options.Attempts; attempt++)
        {
            try
            {
                return await call(cpu).WaitAsync(options.AnswerTimeout, time);
            }
            catch (Exception e) when (e is TimeoutException or OrleansException)
            {
                // The outcome is unknown: ask again.
            }
        }

        return null;
    }
}

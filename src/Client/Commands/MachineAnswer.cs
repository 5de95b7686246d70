using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Waits for the report of a machine, with progress on standard error.</summary>
internal static class MachineAnswer
{
    /// <summary>Boots a machine.</summary>
    /// <exception cref="UsageException">The silo refuses the request.</exception>
    /// <exception cref="TryAgainException">No silo answers.</exception>
    public static Task<BootReport> BootAsync(
        ILaboratory laboratory, string key, BootRequest request, Terminal terminal,
        CancellationToken cancellationToken) =>
        ForAsync(laboratory, key, (machine, token) => machine.Boot(request, token), request.Machine.File, terminal,
            cancellationToken);

    /// <summary>Waits for a machine that was booted before.</summary>
    /// <exception cref="UsageException">No machine of that key was booted.</exception>
    /// <exception cref="TryAgainException">No silo answers.</exception>
    public static Task<BootReport> AttachAsync(
        ILaboratory laboratory, string key, Terminal terminal, CancellationToken cancellationToken) =>
        ForAsync(laboratory, key, (machine, token) => machine.Attach(token), key, terminal, cancellationToken);

    private static async Task<BootReport> ForAsync(
        ILaboratory laboratory, string key, Func<IMachineGrain, CancellationToken, Task<BootAnswer>> call, string what,
        Terminal terminal, CancellationToken cancellationToken)
    {
        var answer = await Watch.ForAsync(
            token => laboratory.Grains.GetGrain<IMachineGrain>(key).GetProgress(token),
            LongCallAnswer.OfAsync(
                laboratory, (grains, token) => call(grains.GetGrain<IMachineGrain>(key), token),
                (grains, token) => grains.GetGrain<IMachineGrain>(key).GetProgress(token), cancellationToken),
            terminal, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        // A silo of an earlier version leaves the warnings out.
        foreach (string warning in answer.Warnings.IsDefault ? [] : answer.Warnings)
            MachineSource.Warn(warning, terminal);
        return answer.Report ?? throw new UsageException(answer.InputError ?? $"{what}: the silo gave no report");
    }
}

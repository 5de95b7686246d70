using Orleans.Mmu.Client.Laboratories;

namespace Orleans.Mmu.Fuzz.Judgement;

/// <summary>
/// Where the cases boot machines: one silo inside this process, which starts for the first of them, or the gateways
/// that the command line names.
/// </summary>
internal sealed class Laboratories : IAsyncDisposable
{
    private const long MostKept = 512 << 20;

    private Task<ILaboratory>? _embedded;

    /// <summary>For command lines that need no silo.</summary>
    public static LaboratoryOpener None { get; } =
        (_, _) => throw new InvalidOperationException("no silo was expected");

    public async Task<ILaboratory> OpenAsync(Gateways? silo, CancellationToken cancellationToken)
    {
        if (silo is not null)
            return await Laboratory.OpenAsync(silo, cancellationToken);
        // Machines of earlier cases leave no memory to this one, which would have it in a process of its own.
        if (GC.GetTotalMemory(forceFullCollection: false) > MostKept)
            await DisposeAsync();
        return new Borrowed(await (_embedded ??= EmbeddedLaboratory.OpenAsync(CancellationToken.None)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
            await (await _embedded).DisposeAsync();
        _embedded = null;
    }

    // A command closes its laboratory; the silo stays for the next one.
    private sealed class Borrowed(ILaboratory lent) : ILaboratory
    {
        public IGrainFactory Grains => lent.Grains;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

using Orleans.Mmu.Client.Laboratories;

namespace Orleans.Mmu.Fuzz.Judgement;

/// <summary>
/// Where the cases boot machines: one silo inside this process, which starts for the first of them, or the gateways
/// that the command line names.
/// </summary>
internal sealed class Laboratories : IAsyncDisposable
{
    private Task<ILaboratory>? _embedded;

    /// <summary>For command lines that need no silo.</summary>
    public static LaboratoryOpener None { get; } =
        (_, _) => throw new InvalidOperationException("no silo was expected");

    public async Task<ILaboratory> OpenAsync(Gateways? silo, CancellationToken cancellationToken) => silo is null
        ? new Borrowed(await (_embedded ??= EmbeddedLaboratory.OpenAsync(CancellationToken.None)))
        : await Laboratory.OpenAsync(silo, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null)
            await (await _embedded).DisposeAsync();
    }

    // A command closes its laboratory; the silo stays for the next one.
    private sealed class Borrowed(ILaboratory lent) : ILaboratory
    {
        public IGrainFactory Grains => lent.Grains;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

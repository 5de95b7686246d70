using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Opens a laboratory.</summary>
/// <param name="silo">The gateways of running silos; null for a silo inside this process.</param>
/// <exception cref="TryAgainException">No silo answers there.</exception>
internal delegate Task<ILaboratory> LaboratoryOpener(Gateways? silo, CancellationToken cancellationToken);

/// <summary>Opens laboratories of either kind.</summary>
internal static class Laboratory
{
    /// <inheritdoc cref="LaboratoryOpener"/>
    public static async Task<ILaboratory> OpenAsync(Gateways? silo, CancellationToken cancellationToken) => silo is null
        ? await EmbeddedLaboratory.OpenAsync(cancellationToken)
        : await RemoteLaboratory.OpenAsync(silo, TlsEnvironment.Files, cancellationToken);
}

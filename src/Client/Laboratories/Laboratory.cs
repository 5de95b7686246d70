using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Silo.Tls;

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

    /// <summary>Connects to silos with the caller's TLS files instead of the environment's.</summary>
    /// <exception cref="TryAgainException">No silo answers there.</exception>
    /// <exception cref="UsageException">A file is unusable.</exception>
    public static Task<ILaboratory> OpenAsync(Gateways silo, TlsFiles tls, CancellationToken cancellationToken) =>
        RemoteLaboratory.OpenAsync(silo, tls, cancellationToken);
}

using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Silo.Tls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Opens a laboratory.</summary>
/// <param name="silo">The gateways of running silos; null for one inside this process.</param>
/// <exception cref="UsageException">No silo answers there.</exception>
public delegate Task<ILaboratory> LaboratoryOpener(Gateways? silo, CancellationToken cancellationToken);

/// <summary>The laboratories that there are.</summary>
public static class Laboratory
{
    /// <inheritdoc cref="LaboratoryOpener"/>
    public static async Task<ILaboratory> OpenAsync(Gateways? silo, CancellationToken cancellationToken) => silo is null
        ? await EmbeddedLaboratory.OpenAsync(cancellationToken)
        : await RemoteLaboratory.OpenAsync(silo, TlsEnvironment.Files, cancellationToken);

    /// <summary>A silo's, with files of the caller's own instead of the environment's.</summary>
    /// <exception cref="UsageException">No silo answers there, or a file is of no use.</exception>
    public static Task<ILaboratory> OpenAsync(Gateways silo, TlsFiles tls, CancellationToken cancellationToken) =>
        RemoteLaboratory.OpenAsync(silo, tls, cancellationToken);
}

using System.Net;
using Orleans.Mmu.Silo;

namespace Orleans.Mmu.Client;

/// <summary>Opens a laboratory.</summary>
/// <param name="silo">The gateway of a running silo; null for one inside this process.</param>
/// <exception cref="UsageException">No silo answers there.</exception>
public delegate Task<ILaboratory> LaboratoryOpener(EndPoint? silo, CancellationToken cancellationToken);

/// <summary>The laboratories that there are.</summary>
public static class Laboratory
{
    /// <inheritdoc cref="LaboratoryOpener"/>
    public static async Task<ILaboratory> OpenAsync(EndPoint? silo, CancellationToken cancellationToken) => silo is null
        ? await EmbeddedLaboratory.OpenAsync(cancellationToken)
        : await RemoteLaboratory.OpenAsync(silo, TlsEnvironment.Files, cancellationToken);

    /// <summary>A silo's, with files of the caller's own instead of the environment's.</summary>
    /// <exception cref="UsageException">No silo answers there, or a file is of no use.</exception>
    public static Task<ILaboratory> OpenAsync(EndPoint silo, TlsFiles tls, CancellationToken cancellationToken) =>
        RemoteLaboratory.OpenAsync(silo, tls, cancellationToken);
}

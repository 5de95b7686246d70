using System.Net;

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
        : await RemoteLaboratory.OpenAsync(silo, cancellationToken);
}

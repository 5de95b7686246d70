namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Where machines boot: a silo inside this process, or a cluster elsewhere.</summary>
public interface ILaboratory : IAsyncDisposable
{
    /// <summary>The grains; another factory after <see cref="ReconnectAsync"/>.</summary>
    IGrainFactory Grains { get; }

    /// <summary>
    /// Connects anew, to the first gateway that answers now: the one in use may be frozen or lost. Where there is none
    /// to choose from, nothing happens.
    /// </summary>
    Task ReconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

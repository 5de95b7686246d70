namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Where machines boot: a silo inside this process, or a cluster elsewhere.</summary>
internal interface ILaboratory : IAsyncDisposable
{
    /// <summary>
    /// The grains; another factory after <see cref="ReconnectAsync"/> and <see cref="RecoverAsync"/>.
    /// </summary>
    IGrainFactory Grains { get; }

    /// <summary>
    /// Connects anew, to the first gateway that answers now: the one in use may be frozen or lost. Where there is none
    /// to choose from, nothing happens.
    /// </summary>
    Task ReconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Connects anew if the connection to the gateway in use has broken; callers at the same time share one attempt.
    /// </summary>
    Task RecoverAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

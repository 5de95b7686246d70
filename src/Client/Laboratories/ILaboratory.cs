namespace Orleans.Mmu.Client.Laboratories;

/// <summary>Where machines boot: a silo inside this process, or a cluster elsewhere.</summary>
public interface ILaboratory : IAsyncDisposable
{
    IGrainFactory Grains { get; }
}

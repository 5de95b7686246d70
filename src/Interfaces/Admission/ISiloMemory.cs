namespace Orleans.Mmu.Interfaces.Admission;

/// <summary>
/// The memory that a silo has for its clients' work. Boots, explorations and replays share it, so that none of them
/// takes what another was promised.
/// </summary>
public interface ISiloMemory
{
    /// <summary>A share of no bytes, for an exploration or a replay.</summary>
    IMemoryShare Open();
}

/// <summary>A part of a silo's memory; disposing it gives the memory back.</summary>
public interface IMemoryShare : IDisposable
{
    /// <summary>Its size in bytes.</summary>
    long Bytes { get; }

    /// <summary>Makes the share larger or smaller. A smaller one is always granted.</summary>
    /// <returns>Null if the share has this size now; otherwise why its size is unchanged, in one line.</returns>
    ValueTask<string?> ResizeAsync(long bytes);
}

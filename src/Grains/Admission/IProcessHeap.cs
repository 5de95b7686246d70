namespace Orleans.Mmu.Grains.Admission;

/// <summary>The managed heap of a process.</summary>
internal interface IProcessHeap
{
    /// <summary>Bytes that were in use after the last collection.</summary>
    long Used { get; }

    /// <summary>Bytes that the process may have.</summary>
    long Available { get; }

    /// <summary>Collects all generations.</summary>
    /// <returns>A task that ends after the collection.</returns>
    Task CollectAsync();

    /// <summary>
    /// Collects all generations, compacts them and gives the rest back to the operating system. All threads stop for
    /// as long as it takes to move what is in use, so the process should have no work.
    /// </summary>
    void Trim();
}

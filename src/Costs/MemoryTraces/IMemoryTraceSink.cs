namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// Receives the contents of a trace from its reader. A page is address / 4 KB, 52 bits. A reader may merge consecutive
/// accesses of one kind to one page if the format does: for a TLB they are one look-up.
/// </summary>
public interface IMemoryTraceSink
{
    /// <summary>The maximum number of CPUs in a trace.</summary>
    const int MaxCpus = 64;

    /// <summary>Switches to another CPU, from 0 to 63, for all that follows.</summary>
    void Cpu(int cpu);

    /// <summary>Instructions on one page.</summary>
    /// <returns>False if the page's address is not canonical, so that no CPU could translate it.</returns>
    bool Instructions(ulong page, ulong count);

    /// <summary>Loads or stores on one page.</summary>
    /// <returns>False if the page's address is not canonical, so that no CPU could translate it.</returns>
    bool Data(ulong page);
}

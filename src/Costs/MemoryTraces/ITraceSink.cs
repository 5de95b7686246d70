namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// Who hears of a trace. A page is an address / 4 KB, 52 bits. Accesses that stay on the page of their kind are heard of or
/// not, as the trace has them: to a TLB that is one look-up.
/// </summary>
public interface ITraceSink
{
    /// <summary>The most CPUs that a trace may name.</summary>
    const int MaxCpus = 64;

    /// <summary>What follows is done by another CPU, from 0 to 63.</summary>
    void Cpu(int cpu);

    /// <summary>Instructions of one page.</summary>
    /// <returns>False where no CPU could translate the page.</returns>
    bool Instructions(ulong page, ulong count);

    /// <summary>Loads or stores on one page.</summary>
    /// <returns>False where no CPU could translate the page.</returns>
    bool Data(ulong page);
}

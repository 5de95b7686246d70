using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Costs.Parameters;

/// <summary>
/// Sequential work page by page over memory so large that no cache keeps its leaf descriptors. On each page, one
/// descriptor comes from memory, or a fraction of one where pages share its cache line; and a prefetcher that stops at
/// the end of a translation misses until it restarts. With blocks, both happen only once in 512 pages.
/// </summary>
public static class StreamModel
{
    private const double PageBytes = 4096;

    /// <summary>Nanoseconds to transfer a page whose translation is in the TLB.</summary>
    public static double Transfer(CostParameters parameters) => PageBytes / parameters["stream-gbs"];

    /// <summary>Additional nanoseconds per page if the map consists of pages.</summary>
    public static double Boundary(CostParameters parameters) =>
        parameters["dram-ns"] * (1 / parameters["pte-sharing"] + parameters["prefetch-restarts"]);

    /// <summary>Speedup of the stream with blocks.</summary>
    public static double Speedup(CostParameters parameters) =>
        (Transfer(parameters) + Boundary(parameters)) / Transfer(parameters);

    /// <summary>Speedup of operations of a fixed cost if some walks to memory disappear.</summary>
    /// <param name="baseNanoseconds">Duration of an operation without the walks.</param>
    /// <param name="walks">Walks to memory per operation.</param>
    public static double OperationSpeedup(double baseNanoseconds, double walks, CostParameters parameters) =>
        (baseNanoseconds + walks * parameters["dram-ns"]) / baseNanoseconds;
}

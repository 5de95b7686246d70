namespace Orleans.Mmu.Costs.Parameters;

/// <summary>
/// Sequential work page by page over memory so large that nothing caches its leaf descriptors: at each page one descriptor
/// comes from memory, or a part of one where pages share its line, and a prefetcher that stops at the translation's end
/// misses until it runs again. With blocks neither happens but once in 512 pages.
/// </summary>
public static class StreamModel
{
    private const double PageBytes = 4096;

    /// <summary>Nanoseconds for a page whose translation is at hand.</summary>
    public static double Transfer(CostParameters parameters) => PageBytes / parameters["stream-gbs"];

    /// <summary>Nanoseconds that a page of a map in pages costs on top.</summary>
    public static double Boundary(CostParameters parameters) =>
        parameters["dram-ns"] * (1 / parameters["pte-sharing"] + parameters["prefetch-restarts"]);

    /// <summary>How many times as fast the stream is with blocks.</summary>
    public static double Speedup(CostParameters parameters) => (Transfer(parameters) + Boundary(parameters)) / Transfer(parameters);

    /// <summary>How many times as many operations of a fixed cost there are without some walks to memory.</summary>
    /// <param name="baseNanoseconds">An operation without them.</param>
    /// <param name="walks">Walks to memory of an operation.</param>
    public static double OperationSpeedup(double baseNanoseconds, double walks, CostParameters parameters) =>
        (baseNanoseconds + walks * parameters["dram-ns"]) / baseNanoseconds;
}

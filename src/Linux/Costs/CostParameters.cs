using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Linux.Costs;

/// <summary>All parameters of the cost models, each with its source. Immutable.</summary>
public sealed class CostParameters
{
    // Ten seconds in microseconds: no step takes longer.
    private const double Most = 1e7;

    // Of what something is divided by.
    private const double LeastDivisor = 1e-3;

    private readonly ImmutableArray<CostParameter> _all;

    private CostParameters(ImmutableArray<CostParameter> all) => _all = all;

    /// <summary>Published values for AmpereOne, and assumptions for the rest.</summary>
    public static CostParameters Usual { get; } = new(
    [
        new("clock-ghz", 3.0, "GHz", ParameterOrigin.Published, "AmpereOne at 3 GHz, Chips and Cheese"),
        new("cpi", 1.3, "cycles", ParameterOrigin.Assumed,
            "per instruction, a server's kernel code, with the linear map in pages"),
        new("l2-tlb-cycles", 5, "cycles", ParameterOrigin.Assumed,
            "measured on Neoverse V2, Cortex-X2 and A710 by Chips and Cheese; this core's is not in the table of "
            + "cores"),
        new("l2-cycles", 11, "cycles", ParameterOrigin.Published, "AmpereOne, Chips and Cheese"),
        new("llc-ns", 40, "ns", ParameterOrigin.Assumed, "a mesh's system cache, no figure in the table of cores"),
        new("dram-ns", 166, "ns", ParameterOrigin.Published, "AmpereOne, Chips and Cheese"),
        new("l2-descriptor-kib", 256, "KiB", ParameterOrigin.Assumed, "an eighth of a 2 MB L2 keeps descriptors"),
        new("llc-descriptor-kib", 340, "KiB", ParameterOrigin.Assumed, "a CPU's share of a 64 MB cache for 192"),
        new("walk-exposed", 1, "", ParameterOrigin.Assumed,
            "part of a walk's latency that nothing hides; less where eight walks run at once"),
        new("rho", 0.67, "", ParameterOrigin.Calibrated,
            "utilization at which 3.5 % more throughput gives 9.6 % less P99, both published"),
        new("write-gbs", 10, "GB/s", ParameterOrigin.Assumed, "one CPU's stores, for filling tables"),
        new("tlbi-ns", 350, "ns", ParameterOrigin.Published,
            "a range's TLBI and DSB, the difference that eliding it made to mprotect"),
        new("tlbi-cpu-ns", 2, "ns", ParameterOrigin.Assumed,
            "for each further CPU that answers a broadcast TLBI; not published"),
        new("descriptor-ns", 4, "ns", ParameterOrigin.Assumed,
            "one descriptor of a live table, read and stored: an L2 hit (l2-cycles)"),
        new("dsb-ns", 40, "ns", ParameterOrigin.Assumed,
            "a barrier that completes no TLBI: its stores reach the system cache (llc-ns)"),
        new("isb-ns", 10, "ns", ParameterOrigin.Assumed, "the pipeline is emptied and filled again, some 30 cycles"),
        new("ipi-ns", 100, "ns", ParameterOrigin.Assumed, "one CPU more that stop_machine interrupts"),
        new("stop-us", 50, "us", ParameterOrigin.Assumed,
            "stop_machine until all CPUs wait, and until all go on: half of it each"),
        new("cpu-on-us", 1000, "us", ParameterOrigin.Assumed, "firmware and kernel bring up one secondary"),
        new("stream-gbs", 12, "GB/s", ParameterOrigin.Assumed,
            "one CPU's sequential copy with every translation at hand"),
        new("prefetch-restarts", 2, "misses", ParameterOrigin.Assumed,
            "demand misses until a stream prefetcher that stops at a translation's end runs again: a hypothesis, no " +
            "counter confirms it"),
        new("pte-sharing", 1, "pages", ParameterOrigin.Assumed,
            "consecutive pages of a stream whose descriptors share a line: 1 in old memory, 8 in fresh"),
    ]);

    /// <summary>Every parameter, in order.</summary>
    public IReadOnlyList<CostParameter> All => _all;

    public double this[string name] => Find(name).Value;

    /// <summary>A copy with another value of one parameter.</summary>
    /// <exception cref="ArgumentException">There is no such parameter, or it cannot have this value.</exception>
    public CostParameters With(string name, double value, ParameterOrigin origin, string source)
    {
        var old = _all.FirstOrDefault(p => p.Name == name)
            ?? throw new ArgumentException($"expected a parameter such as {_all[0].Name}, found {name}"
                + NearestName.Hint(name, _all.Select(p => p.Name)));
        (double least, double most) = name switch
        {
            "rho" or "walk-exposed" => (0, 1),
            "clock-ghz" or "cpi" or "write-gbs" or "stream-gbs" or "pte-sharing" => (LeastDivisor, Most),
            _ => (0, Most),
        };
        if (!(value >= least && value <= most) || (name == "rho" && value >= 1))
        {
            string expected = name == "rho" ? "0 or more and less than 1"
                : string.Create(CultureInfo.InvariantCulture, $"{least} to {most:#,0}");
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{name}: expected {expected}, found {value}"));
        }

        return new(_all.Replace(old, old with { Value = value, Origin = origin, Source = source }));
    }

    /// <summary>Converts nanoseconds to cycles.</summary>
    public double Cycles(double nanoseconds) => nanoseconds * this["clock-ghz"];

    private CostParameter Find(string name) => _all.First(p => p.Name == name);
}

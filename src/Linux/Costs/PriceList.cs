namespace Orleans.Mmu.Linux.Costs;

/// <summary>How long operations take, by cost parameters. Immutable.</summary>
public sealed class PriceList
{
    private const double Nanosecond = 1e-9;
    private const double Microsecond = 1e-6;

    private readonly double _byte;
    private readonly double _descriptor;
    private readonly double _barrier;
    private readonly double _synchronization;
    private readonly double _tlbi;
    private readonly double _tlbiTarget;
    private readonly double _interrupt;
    private readonly double _handover;
    private readonly double _stopHalf;
    private readonly double _cpuStart;
    private readonly double _instruction;

    public PriceList(CostParameters parameters)
    {
        // A table is written twice: cleared when its page is allocated, then filled.
        _byte = 2 * Nanosecond / parameters["write-gbs"];
        _descriptor = parameters["descriptor-ns"] * Nanosecond;
        _barrier = parameters["dsb-ns"] * Nanosecond;
        _synchronization = parameters["isb-ns"] * Nanosecond;
        _tlbi = parameters["tlbi-ns"] * Nanosecond;
        _tlbiTarget = parameters["tlbi-cpu-ns"] * Nanosecond;
        _interrupt = parameters["ipi-ns"] * Nanosecond;
        _handover = parameters["llc-ns"] * Nanosecond;
        _stopHalf = parameters["stop-us"] * Microsecond / 2;
        _cpuStart = parameters["cpu-on-us"] * Microsecond;
        _instruction = parameters["cpi"] / parameters["clock-ghz"] * Nanosecond;
    }

    /// <summary>The prices by <see cref="CostParameters.Usual"/>, which every boot's clock goes by.</summary>
    public static PriceList Usual { get; } = new(CostParameters.Usual);

    /// <summary>The time that the operations take one after another, in seconds.</summary>
    public double Seconds(OperationCounts counts) =>
        counts.TableBytes * _byte + counts.Descriptors * _descriptor + counts.Barriers * _barrier
        + counts.Synchronizations * _synchronization + counts.Tlbis * _tlbi + counts.TlbiTargets * _tlbiTarget
        + counts.Interrupts * _interrupt + counts.Handovers * _handover + counts.StopHalves * _stopHalf
        + counts.CpuStarts * _cpuStart + counts.Instructions * _instruction;

    /// <summary>The same as model time.</summary>
    public ModelTime Time(OperationCounts counts) => ModelTime.OfSeconds(Seconds(counts));
}

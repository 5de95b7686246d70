namespace Orleans.Mmu.Costs.Parameters;

/// <summary>One server with a queue (M/M/1): derives response times from service times.</summary>
public static class QueueModel
{
    /// <summary>
    /// P99 after a change relative to P99 before, if requests arrive at the same rate and each is served in
    /// <paramref name="service"/> of the time. Response times are exponential with mean S/(1 − rho), so every
    /// percentile scales as the mean does.
    /// </summary>
    /// <param name="service">Service time after the change relative to that before.</param>
    /// <param name="rho">Utilization before, below 1.</param>
    public static double PercentileRatio(double service, double rho) =>
        service * rho < 1 ? service * (1 - rho) / (1 - rho * service) : double.PositiveInfinity;

    /// <summary>The utilization at which a change of service time causes a change of P99.</summary>
    public static double Utilization(double service, double percentileRatio) =>
        (service - percentileRatio) / (service * (1 - percentileRatio));
}

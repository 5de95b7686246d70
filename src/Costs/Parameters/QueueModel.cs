namespace Orleans.Mmu.Costs.Parameters;

/// <summary>One server with a queue, M/M/1: how response times follow from service times.</summary>
public static class QueueModel
{
    /// <summary>
    /// P99 after, as a part of P99 before, where requests come as before and each is served in <paramref name="service"/>
    /// of the time. Response times are exponential with mean S/(1 − rho), so every percentile scales as the mean does.
    /// </summary>
    /// <param name="service">Service time after, as a part of that before.</param>
    /// <param name="rho">Utilisation before, below 1.</param>
    public static double PercentileRatio(double service, double rho) =>
        service * rho < 1 ? service * (1 - rho) / (1 - rho * service) : double.PositiveInfinity;

    /// <summary>The utilisation at which a change of service time gives a change of P99.</summary>
    public static double Utilisation(double service, double percentileRatio) => (service - percentileRatio) / (service * (1 - percentileRatio));
}

using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>The state of a CPU in reports.</summary>
public static class CpuStateWords
{
    /// <summary>
    /// "online", "parked", "dead" or "offline". A CPU in the idmap is parked as well: it cannot use the linear map in
    /// either state.
    /// </summary>
    public static string Word(this CpuRunState state) => state switch
    {
        CpuRunState.Online => "online",
        CpuRunState.InIdmap or CpuRunState.Parked => "parked",
        CpuRunState.Dead => "dead",
        _ => "offline",
    };
}

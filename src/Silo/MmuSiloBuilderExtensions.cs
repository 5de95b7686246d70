using Orleans.Configuration;
using Orleans.Mmu.Grains;

namespace Orleans.Mmu.Silo;

/// <summary>What every silo of the laboratory has, embedded or alone.</summary>
public static class MmuSiloBuilderExtensions
{
    /// <summary>Cluster identity, memory storage, options, quiet where Orleans is loud for no reason.</summary>
    public static ISiloBuilder AddMmu(this ISiloBuilder silo)
    {
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (SiloSettings.ClusterId, SiloSettings.ClusterId));
        silo.AddMemoryGrainStorageAsDefault();
        silo.Services.AddOptions<MmuOptions>().BindConfiguration("Mmu")
            .Validate(o => o.Attempts > 0 && o.AnswerTimeout > TimeSpan.Zero && o.WakePeriod > TimeSpan.Zero && o.WindowsPerRange > 0,
                "Mmu: Attempts, AnswerTimeout, WakePeriod and WindowsPerRange must be positive")
            .ValidateOnStart();
        // It warns of a late participant at every start.
        silo.Services.AddLogging(l => l.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error));
        return silo;
    }
}

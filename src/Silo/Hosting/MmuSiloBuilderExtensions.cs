using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Mmu.Grains.Admission;
using Orleans.Mmu.Grains.Clusters;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Grains.Tables;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Admission;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Silo.Clocks;
using Orleans.Mmu.Silo.Gateways;
using Orleans.Mmu.Silo.Settings;
using Orleans.Mmu.Silo.Tls;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Storage;

namespace Orleans.Mmu.Silo.Hosting;

/// <summary>Configuration that every silo of the laboratory has, embedded or alone.</summary>
public static class MmuSiloBuilderExtensions
{
    /// <summary>
    /// Adds the laboratory's grains with memory storage, options, and log filters for Orleans warnings that need no
    /// action. The cluster keeps its ids, so that the silos of any test cluster can have it.
    /// </summary>
    public static ISiloBuilder AddMmu(this ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorageAsDefault((OptionsBuilder<MemoryGrainStorageOptions> builder) =>
            builder.Configure<VersionedStorageSerializer>(
                (options, serializer) => options.GrainStorageSerializer = serializer));
        silo.Services.AddSingleton(new StateLifetime(null));
        return silo.AddLaboratory();
    }

    /// <summary>
    /// Adds the same for a silo that runs alone, with the ids that clients use; settings decide how it finds other
    /// silos and where state lives.
    /// </summary>
    /// <param name="identity">The silo's TLS identity; null for no TLS.</param>
    public static ISiloBuilder AddMmu(this ISiloBuilder silo, SiloSettings settings, TlsIdentity? identity = null)
    {
        silo.Services.AddSingleton<IIncomingGrainCallFilter>(_ => new ClientGate(settings));
        if (identity is not null)
            silo.UseTls(identity);
        silo.UseGatewayInspection(settings);
        // After the ids that a way of clustering sets.
        silo.Services.PostConfigure<ClusterOptions>(
            o => (o.ClusterId, o.ServiceId) = (SiloSettings.ClusterId, SiloSettings.ClusterId));
        var endpoints = settings.Endpoints;
        if (settings.Clustering == SiloClustering.Localhost)
        {
            silo.UseLocalhostClustering(
                settings.SiloPort, settings.GatewayPort, new(endpoints.Advertise, settings.SiloPort)).AddMmu();
            return silo.Configure<EndpointOptions>(endpoints.Set);
        }

        silo.AddIncomingGrainCallFilter<RedisFailures>()
            .UseRedisClustering(options => options.ConfigurationOptions = settings.RedisOptions)
            .Configure<EndpointOptions>(endpoints.Set)
            .AddRedisGrainStorageAsDefault(
                builder => builder.Configure<VersionedStorageSerializer>((options, serializer) =>
            {
                options.ConfigurationOptions = settings.RedisOptions;
                options.GrainStorageSerializer = serializer;
                options.EntryExpiry = settings.KeepState;
                // What is removed leaves nothing; a write by an activation that knew it is refused by its ETag.
                options.DeleteStateOnClear = true;
            }))
            .UseRedisReminderService(options => options.ConfigurationOptions = settings.RedisOptions);
        silo.Services.AddSingleton(new StateLifetime(settings.KeepState));
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            // Neighbours declare a killed silo dead within some seconds. A frozen one is declared dead once its
            // connections have been silent for MaxProbeTimeout times NumMissedProbesLimit, 12 seconds by default.
            (o.ProbeTimeout, o.MaxProbeTimeout, o.NumMissedProbesLimit) =
                (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5), 3);
            // If every silo was killed, none is left to declare them dead: a new silo does not wait for members that
            // have been silent this long.
            (o.IAmAliveTablePublishTimeout, o.NumMissedTableIAmAliveLimit) = (TimeSpan.FromSeconds(2), 3);
        });
        return silo.AddLaboratory();
    }

    private static string ProgramVersion => typeof(MmuSiloBuilderExtensions).Assembly.GetName().Version!.ToString(3);

    private static ISiloBuilder AddLaboratory(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<OrleansGrainStorageSerializer>();
        silo.Services.AddSingleton(services => new VersionedStorageSerializer(
            services.GetRequiredService<OrleansGrainStorageSerializer>(), RecordFormat.Current));
        silo.Services.AddMetrics().AddSingleton<MmuMeter>().AddSingleton<SiloTables>();
        silo.Services.AddSingleton<SiloMemory>().AddSingleton<BootAdmission>()
            .AddSingleton<ISiloMemory>(services => services.GetRequiredService<SiloMemory>());
        silo.Services.AddKeyedSingleton<TimeProvider>(
            TimeProviderNames.ActivationManagement,
            (services, _) => new ForwardClock(services.GetRequiredService<TimeProvider>()));
        silo.UseSiloMetadata(new Dictionary<string, string> { [SilosGrain.Version] = ProgramVersion });
        silo.Services.AddPlacementDirector<MachinePlacement, MachinePlacementDirector>();
        silo.Services.AddOptions<MmuOptions>().BindConfiguration("Mmu")
            .Validate(
                o => o.Attempts > 0 && o.AnswerTimeout > TimeSpan.Zero && o.Failover > TimeSpan.Zero
                    && o.WakePeriod > TimeSpan.Zero && o.TakeUps > 0,
                "Mmu: Attempts, AnswerTimeout, Failover, WakePeriod and TakeUps must be positive")
            .Validate(o => o.WindowsPerRange is > 0 and <= MmuOptions.MaxWindowsPerRange,
                $"Mmu: WindowsPerRange must be 1 to {MmuOptions.MaxWindowsPerRange}")
            .Validate(o => o.BootsAtOnce > 0 && o.BootsWaiting >= 0 && o.BootMemory is not <= 0,
                "Mmu: BootsAtOnce and BootMemory must be positive, BootsWaiting not negative")
            .Validate(o => o.MachinesListed >= MachineIndex.Parts, $"Mmu: MachinesListed must be {MachineIndex.Parts} "
                + "or more")
            .Validate(o => o.RecoveryPeriod >= TimeSpan.FromMinutes(1), "Mmu: RecoveryPeriod must be a minute or more")
            .ValidateOnStart();
        // The watchdog warns of a late participant at every start.
        silo.Services.AddLogging(l => l.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error));
        return silo;
    }
}

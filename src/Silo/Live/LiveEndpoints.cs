namespace Orleans.Mmu.Silo.Live;

/// <summary>The live pages of a silo: its machines as they boot, and the protocols that can be checked.</summary>
internal static class LiveEndpoints
{
    public static IServiceCollection AddLive(this IServiceCollection services, LiveRights rights) =>
        services.AddSingleton(rights).AddSingleton<MachineList>().AddSingleton<BegunBoots>().AddSingleton<Replays>()
            .AddSingleton<MachineSights>().AddSingleton<PageWatches>().AddSingleton<ProtocolChecks>();

    public static void MapLive(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AddEndpointFilter<LiveGuard>();
        pages.MapMachines();
        pages.MapProtocols();
    }
}

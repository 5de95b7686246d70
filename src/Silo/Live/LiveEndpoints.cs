using Orleans.Mmu.Viewer.Live;

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
        pages.MapFallback(UnknownAsync);
    }

    private static async Task<IResult> UnknownAsync()
    {
        string html = await LivePage.WriteAsync<NoticePage>("No such page", new Dictionary<string, object?>
        {
            [nameof(NoticePage.Title)] = "No such page",
            [nameof(NoticePage.Sentence)] = "No page has this address.",
        });
        return HtmlAnswer.Of(html, StatusCodes.Status404NotFound);
    }
}

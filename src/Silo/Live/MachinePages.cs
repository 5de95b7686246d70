using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The pages of machines: the list, a form that boots one, one machine, and its events.</summary>
internal static class MachinePages
{
    private const string EndEvent = "end";

    public static void MapMachines(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(LiveAddress.Machines, (MachineList list, LiveRights rights, CancellationToken token) =>
            ListAsync(list, rights, null, token));
        pages.MapGet(LiveAddress.MachinesEvents, WatchList);
        pages.MapPost(LiveAddress.Boots, BootAsync);
        // A form that is refused answers at this address, which a browser then keeps.
        pages.MapGet(LiveAddress.Boots, () => Results.Redirect(LiveAddress.Machines));
        pages.MapGet($"{LiveAddress.Boots}/{{key}}", ShowAsync);
        pages.MapGet($"{LiveAddress.Boots}/{{key}}/events", Watch);
    }

    private static async Task<IResult> ListAsync(
        MachineList list, LiveRights rights, string? refusal, CancellationToken cancellationToken)
    {
        string html = await LivePage.WriteAsync<MachinesPage>("Machines", new Dictionary<string, object?>
        {
            [nameof(MachinesPage.Sight)] = await list.NewestAsync(cancellationToken),
            [nameof(MachinesPage.MayBoot)] = rights.MayBoot,
            [nameof(MachinesPage.Refusal)] = refusal,
        });
        return HtmlAnswer.Of(html, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> BootAsync(
        HttpRequest request, BegunBoots boots, MachineList list, LiveRights rights, HttpResponse response,
        CancellationToken cancellationToken)
    {
        try
        {
            rights.Demand();
            string key = boots.Begin(BootForm.Read(await SmallForm.ReadAsync(request)));
            response.Headers.Location = LiveAddress.Machine(key);
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }
        catch (RefusedException e)
        {
            return await ListAsync(list, rights, e.Message, cancellationToken);
        }
    }

    private static async Task<IResult> ShowAsync(
        string key, MachineSights sights, CancellationToken cancellationToken)
    {
        var sight = await sights.OfAsync(key, cancellationToken);
        return HtmlAnswer.Of(
            await LivePage.WriteAsync(key, sight),
            sight is MachineSight.Unknown ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private static IResult Watch(
        string key, MachineSights sights, PageWatches watches, HttpResponse response,
        IHostApplicationLifetime lifetime, CancellationToken aborted) => EventsOf(
        watches.TryEnter(
            LiveAddress.Machine(key), async token => await sights.OfAsync(key, token), PageWatch.Period),
        response, lifetime, aborted);

    private static IResult WatchList(
        MachineList list, PageWatches watches, HttpResponse response, IHostApplicationLifetime lifetime,
        CancellationToken aborted) => EventsOf(
        watches.TryEnter(
            LiveAddress.Machines, async token => await list.NewestAsync(token), MachineList.Period),
        response, lifetime, aborted);

    private static IResult EventsOf(
        Watcher? entered, HttpResponse response, IHostApplicationLifetime lifetime, CancellationToken aborted)
    {
        if (entered is not { } watcher)
            return Results.Text($"expected at most {PageWatches.MostWatchers} open pages\n", statusCode:
                StatusCodes.Status503ServiceUnavailable);
        // Also where the answer is never begun.
        response.RegisterForDispose(watcher);
        // A silo that stops does not wait for pages to be closed.
        response.RegisterForDispose(lifetime.ApplicationStopping.Register(watcher.End));
        return TypedResults.ServerSentEvents(EventsAsync(watcher, aborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        Watcher watcher, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var fragment in watcher.Fragments.ReadAllAsync(cancellationToken))
            yield return new(fragment.Html, fragment.IsLast ? EndEvent : null);
    }
}

using System.Globalization;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Replay;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The pages of protocols: the list, one with its steps, and the check of one.</summary>
internal static class ProtocolPages
{
    public static void MapProtocols(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(LiveAddress.Protocols, async () => HtmlAnswer.Of(
            await LivePage.WriteAsync<ProtocolsPage>("Protocols", new Dictionary<string, object?>())));
        pages.MapGet($"{LiveAddress.Protocols}/{{name}}", (string name, LiveRights rights) =>
            ShowAsync(name, rights, null));
        pages.MapPost($"{LiveAddress.Protocols}/{{name}}", CheckAsync);
        pages.MapPost($"{LiveAddress.Replays}/{{number}}", ReplayAsync);
    }

    private static async Task<IResult> ShowAsync(string name, LiveRights rights, string? refusal)
    {
        if (CheckedProtocols.Find(name) is not { } protocol)
            return await UnknownAsync();
        string html = await LivePage.WriteAsync<ProtocolPage>(name, new Dictionary<string, object?>
        {
            [nameof(ProtocolPage.Protocol)] = protocol,
            [nameof(ProtocolPage.Seconds)] = ProtocolChecks.Seconds,
            [nameof(ProtocolPage.MayCheck)] = rights.MayBoot,
            [nameof(ProtocolPage.Refusal)] = refusal,
        });
        return HtmlAnswer.Of(html, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> CheckAsync(
        string name, HttpRequest request, ProtocolChecks checks, Replays replays, LiveRights rights,
        CancellationToken cancellationToken)
    {
        if (CheckedProtocols.Find(name) is not { } protocol)
            return await UnknownAsync();
        try
        {
            rights.Demand();
            int cpus = CpusOf(await SmallForm.ReadAsync(request));
            var report = await checks.CheckAsync(protocol, cpus, cancellationToken);
            return HtmlAnswer.Of(await LivePage.WriteAsync<CheckedPage>(name, new Dictionary<string, object?>
            {
                [nameof(CheckedPage.Report)] = report,
                [nameof(CheckedPage.Replay)] =
                    CounterexampleReplay.Of(report) is { } script ? replays.Keep(script) : null,
            }));
        }
        catch (RefusedException e)
        {
            return await ShowAsync(name, rights, e.Message);
        }
    }

    private static async Task<IResult> ReplayAsync(
        string number, Replays replays, LiveRights rights, HttpResponse response)
    {
        try
        {
            rights.Demand();
            response.Headers.Location = LiveAddress.Machine(replays.Begin(number));
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }
        catch (RefusedException e)
        {
            string html = await LivePage.WriteAsync<NoticePage>("No replay", new Dictionary<string, object?>
            {
                [nameof(NoticePage.Title)] = "No replay was begun",
                [nameof(NoticePage.Sentence)] = $"Refused: {e.Message}.",
            });
            return HtmlAnswer.Of(html, StatusCodes.Status400BadRequest);
        }
    }

    private static int CpusOf(IFormCollection form) =>
        int.TryParse(form["cpus"], NumberStyles.None, CultureInfo.InvariantCulture, out int cpus)
        && cpus is >= 1 and <= ProtocolPage.MostCpus ? cpus
            : throw new RefusedException(OneLine.Message(
                $"cpus: expected 1 to {ProtocolPage.MostCpus}, found '{OneLine.Of(form["cpus"].ToString())}'"));

    private static async Task<IResult> UnknownAsync()
    {
        string html = await LivePage.WriteAsync<NoticePage>("No such protocol", new Dictionary<string, object?>
        {
            [nameof(NoticePage.Title)] = "No such protocol",
            [nameof(NoticePage.Sentence)] = "No protocol of this name can be checked.",
        });
        return HtmlAnswer.Of(html, StatusCodes.Status404NotFound);
    }
}

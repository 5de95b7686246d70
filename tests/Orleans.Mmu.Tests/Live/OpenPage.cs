using System.Net.ServerSentEvents;

namespace Orleans.Mmu.Tests.Live;

/// <summary>A page of a machine that is open in a browser: it reads events.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private OpenPage(HttpResponseMessage answer, Stream stream)
    {
        _answer = answer;
        _events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    public static Task<OpenPage> OfAsync(HttpClient http, string key) => AtAsync(http, $"/machines/{key}/events");

    /// <summary>The list of machines, open in a browser.</summary>
    public static Task<OpenPage> OfListAsync(HttpClient http) => AtAsync(http, "/events");

    private static async Task<OpenPage> AtAsync(HttpClient http, string events)
    {
        var answer = await http.GetAsync(
            new Uri(events, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return new(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null where the silo has ended them.</summary>
    public async Task<SseItem<string>?> NextAsync() =>
        await _events.MoveNextAsync().AsTask().WaitAsync(TestLimit.Length) ? _events.Current : null;

    /// <summary>The last event, which is of type end.</summary>
    public async Task<string> EndAsync()
    {
        while (await NextAsync() is { } next)
        {
            if (next.EventType == "end")
            {
                Assert.Null(await NextAsync());
                return next.Data;
            }
        }

        throw new InvalidOperationException("the events ended without one of type end");
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        _answer.Dispose();
    }
}

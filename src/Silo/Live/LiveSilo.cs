using System.Globalization;
using Orleans.Mmu.Silo.Hosting;

namespace Orleans.Mmu.Silo.Live;

/// <summary>A silo inside the calling process whose machines are shown on pages; it ends with the process.</summary>
public sealed class LiveSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LiveSilo(WebApplication app) => _app = app;

    /// <summary>Where the pages are: http://127.0.0.1:8080/.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>The host, to stop it.</summary>
    public IHost Host => _app;

    /// <param name="port">The loopback port of the pages; 0 for any free one.</param>
    /// <param name="cancellationToken">Ends the start, and later the log.</param>
    /// <exception cref="IOException">Another process listens on the port, or this one may not.</exception>
    public static Task<LiveSilo> StartAsync(int port, CancellationToken cancellationToken) =>
        StartAsync(port, _ => { }, cancellationToken);

    /// <param name="configure">Adds to the silo.</param>
    internal static async Task<LiveSilo> StartAsync(
        int port, Action<ISiloBuilder> configure, CancellationToken cancellationToken)
    {
        // An empty builder: neither a file in the current folder nor the environment decides anything here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        // The caller says in one line why the port cannot be had.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.UseUrls(string.Create(
            CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.AddEmbeddedSilo(configure, cancellationToken);
        builder.Services.AddLive(new LiveRights(MayBoot: true));
        var app = builder.Build();
        try
        {
            app.MapLive();
            await app.StartAsync(cancellationToken);
            return new(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Chaos.Attacks;

/// <summary>
/// A client of Orleans' own packages that means harm: it calls what it likes, and changes its messages on their way
/// out.
/// </summary>
internal sealed class AttackingClient : IAsyncDisposable
{
    private IHost? _host;

    /// <summary>Changes a message as it stands on the wire: head and body without their lengths.</summary>
    public Func<byte[], byte[]>? ForgeHead { get; set; }

    /// <summary>Changes the first message of a connection, in which a client says who it is.</summary>
    public Func<byte[], byte[]>? ForgePreamble { get; init; }

    public IGrainFactory Grains => _host!.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Connects; a refused connection is an exception.</summary>
    public async Task<AttackingClient> ConnectAsync(IPEndPoint gateway)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client
            .UseStaticClustering(gateway)
            .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = SiloSettings.ClusterId)
            .Configure<ClientConnectionOptions>(
                options => options.ConfigureConnection(c => c.Use(next => context => ForgeAsync(context, next))))
            .UseConnectionRetryFilter((_, _) => Task.FromResult(false)));
        _host = builder.Build();
        await _host.StartAsync();
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is null)
            return;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.StopAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
    }

    private async Task ForgeAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var transport = context.Transport;
        var sent = new Pipe();
        context.Transport = new Transport(transport.Input, sent.Writer);
        var forging = CopyAsync(sent.Reader, transport.Output);
        await next(context);
        await sent.Writer.CompleteAsync();
        await forging;
    }

    private async Task CopyAsync(PipeReader from, PipeWriter to)
    {
        bool isPreamble = true;
        try
        {
            while (true)
            {
                int lengths = isPreamble ? 4 : 8;
                if (await ReadAsync(from, lengths) is not { } prefix)
                    return;
                int head = BinaryPrimitives.ReadInt32LittleEndian(prefix);
                int body = isPreamble ? 0 : BinaryPrimitives.ReadInt32LittleEndian(prefix.AsSpan(4));
                byte[] first = await ReadAsync(from, head) ?? [];
                byte[] rest = await ReadAsync(from, body) ?? [];
                first = (isPreamble ? ForgePreamble : ForgeHead)?.Invoke(first) ?? first;
                BinaryPrimitives.WriteInt32LittleEndian(prefix, first.Length);
                isPreamble = false;
                await to.WriteAsync((byte[])[.. prefix, .. first, .. rest]);
            }
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or ConnectionResetException)
        {
            // The silo has ended the connection.
        }
        finally
        {
            await to.CompleteAsync();
        }
    }

    private static async Task<byte[]?> ReadAsync(PipeReader from, int length)
    {
        if (length == 0)
            return [];
        var read = await from.ReadAtLeastAsync(length);
        if (read.Buffer.Length < length)
            return null;
        var bytes = read.Buffer.Slice(0, length);
        byte[] copy = new byte[length];
        int at = 0;
        foreach (var piece in bytes)
        {
            piece.Span.CopyTo(copy.AsSpan(at));
            at += piece.Length;
        }

        from.AdvanceTo(bytes.End);
        return copy;
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

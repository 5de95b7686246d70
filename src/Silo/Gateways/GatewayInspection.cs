using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// Reads every client's messages at the edge of the network, before Orleans does. Orleans takes the sender of a message
/// from the message itself, so only this reader knows which connection a message came from.
/// </summary>
internal sealed partial class GatewayInspection(
    ClientPreamble preambles, OpenGrains open, ILocalSiloDetails silo, ILogger<GatewayInspection> logger)
{
    /// <summary>Adds the inspection after the TLS middleware.</summary>
    public void AddTo(IConnectionBuilder builder) => builder.Use(next => context => RunAsync(context, next));

    private async Task RunAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var transport = context.Transport;
        var passed = new Pipe(new PipeOptions(useSynchronizationContext: false));
        context.Transport = new Transport(passed.Reader, transport.Output);
        var reading = InspectAsync(context, transport.Input, passed.Writer);
        try
        {
            await next(context);
        }
        finally
        {
            await passed.Reader.CompleteAsync();
            transport.Input.CancelPendingRead();
            await reading;
            context.Transport = transport;
        }
    }

    private async Task InspectAsync(ConnectionContext context, PipeReader input, PipeWriter output)
    {
        var frames = new ClientFrames(preambles, open, silo.GatewayAddress);
        Exception? end = null;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var taken = frames.Take(read.Buffer, output);
                input.AdvanceTo(taken, read.Buffer.End);
                var flushed = await output.FlushAsync();
                if (read.IsCanceled || read.IsCompleted || flushed.IsCompleted)
                    break;
            }
        }
        catch (ClientRefusedException e)
        {
            LogRefused(logger, context.RemoteEndPoint, e.Message);
            end = new ConnectionAbortedException(e.Message, e);
        }
        catch (Exception e)
        {
            // The connection broke; Orleans reports that itself.
            end = e;
        }

        await input.CompleteAsync();
        await output.CompleteAsync(end);
    }

    [LoggerMessage(20, LogLevel.Warning, "The gateway ends the connection of {Remote}: {Reason}")]
    private static partial void LogRefused(ILogger logger, EndPoint? remote, string reason);

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

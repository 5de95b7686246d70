using System.CommandLine;
using System.Net.Sockets;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Silo.Live;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu serve: pages that show machines while they boot, on a silo inside this process.</summary>
internal static class ServeCommand
{
    private const int UsualPort = 8080;

    public static Command Create(Terminal terminal)
    {
        var port = WholeNumber.Option(
            "--port", "N", "The loopback port of the pages; 0 takes any free one.", UsualPort, ushort.MaxValue);
        var command = new Command(
            "serve", "Shows machines on pages while they boot, until Ctrl-C; starts boots and checks from there.")
        {
            port,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var silo = await StartAsync(parsed.GetValue(port), cancellationToken);
            try
            {
                terminal.Out.WriteLine($"the pages are at {silo.Address} (Ctrl-C ends them and their machines)");
                terminal.Out.Flush();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                return ExitCode.Done;
            }
            finally
            {
                await HostShutdown.StopAsync(silo.Host);
            }
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteServeExitCodes(output);
            HelpSections.WriteExamples(output, "mmu serve", "mmu serve --port 0");
        });
        return command;
    }

    private static async Task<LiveSilo> StartAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            return await LiveSilo.StartAsync(port, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new UsageException(
                $"--port: expected a port that this process can listen on, found {port} ({Reason(e)}; 0 takes any free "
                + "one)", e);
        }
    }

    private static string Reason(Exception e) => e.GetBaseException().Message;
}

using System.Net;
using System.Net.Sockets;
using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Live;

/// <summary>mmu serve.</summary>
public sealed class ServeCommandTests
{
    [Fact]
    public async Task A_port_that_is_taken_is_one_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var run = await CommandRun.WithoutSiloAsync("serve", "--port", $"{port}");
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal(
            $"--port: expected a port that this process can listen on, found {port} (Address already in use; 0 takes "
            + "any free one)\n", run.Error);
    }

    [Fact]
    public async Task The_address_that_is_printed_answers_until_the_end()
    {
        using var output = new FirstLine();
        using var error = new StringWriter();
        using var interruption = new CancellationTokenSource();
        var terminal = new Terminal(output, error, OutIsTerminal: false, ErrorIsTerminal: false, Colour: false);
        var run = MmuProgram.Create().RunAsync(["serve", "--port", "0"], terminal, interruption.Token);

        string line = await output.Written.WaitAsync(TestLimit.Length);
        using (var http = new HttpClient())
            Assert.Contains("<h1>Machines</h1>", await http.GetStringAsync(AddressIn(line)), StringComparison.Ordinal);
        await interruption.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, await run.WaitAsync(TestLimit.Length));
        Assert.Equal("cancelled\n", error.ToString());
    }

    private static Uri AddressIn(string line) =>
        new(line.Split(' ').Single(word => word.StartsWith("http://", StringComparison.Ordinal)));

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _written =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Written => _written.Task;

        public override void WriteLine(string? value) => _written.TrySetResult(value!);
    }
}

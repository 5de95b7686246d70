using Microsoft.Extensions.Time.Testing;
using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Scenarios;

namespace Orleans.Mmu.Tests.Client;

/// <summary>One run of the program inside this process.</summary>
internal sealed record CommandRun(int Code, string Out, string Error)
{
    // Cells of tables stay on one line each, so that tests can look for them.
    private const int Wide = 1000;

    /// <summary>A run that must not come as far as a silo.</summary>
    public static Task<CommandRun> WithoutSiloAsync(params string[] args) =>
        RunAsync((_, _) => throw new InvalidOperationException("no silo was expected"), args, CancellationToken.None);

    /// <summary>A command line that is refused with exit code 1, one line on standard error and nothing else.</summary>
    public static async Task RefusedAsync(string line, params string[] args)
    {
        var run = await WithoutSiloAsync(args);
        Assert.Equal((ExitCode.BadInput, "", line + "\n"), (run.Code, run.Out, run.Error));
    }

    /// <summary>A run as a pipe has it, with tables of 80 columns.</summary>
    public static Task<CommandRun> IntoPipeAsync(params string[] args) =>
        RunAsync((_, _) => throw new InvalidOperationException("no silo was expected"), args, CancellationToken.None,
            Terminal.PipeWidth);

    /// <summary>The same on a terminal of 80 columns without colours.</summary>
    public static Task<CommandRun> OnTerminalAsync(params string[] args) =>
        RunAsync((_, _) => throw new InvalidOperationException("no silo was expected"), args, CancellationToken.None,
            Terminal.PipeWidth, isTerminal: true);

    /// <summary>A run on a machine that ends in a report.</summary>
    public static Task<CommandRun> WithReportAsync(BootReport report, params string[] args) =>
        WithBootAsync((_, _) => Task.FromResult(new BootAnswer(report, null)), CancellationToken.None, args);

    public static Task<CommandRun> WithBootAsync(
        Func<BootRequest, CancellationToken, Task<BootAnswer>> boot, CancellationToken cancellationToken,
        params string[] args) =>
        RunAsync((_, _) => Task.FromResult<ILaboratory>(new FakeLaboratory(boot)), args, cancellationToken);

    /// <summary>A scenario that ends in an answer.</summary>
    public static Task<CommandRun> WithScenarioAsync(
        Func<ScenarioRequest, ScenarioAnswer> answer, params string[] args) =>
        RunAsync((_, _) => Task.FromResult<ILaboratory>(new FakeScenarioLaboratory(answer)), args,
            CancellationToken.None);

    /// <summary>A run whose laboratory a test opens.</summary>
    public static Task<CommandRun> WithLaboratoryAsync(LaboratoryOpener open, params string[] args) =>
        RunAsync(open, args, CancellationToken.None);

    /// <summary>A run against the grains of a cluster.</summary>
    public static Task<CommandRun> WithGrainsAsync(IGrainFactory grains, params string[] args) =>
        WithGrainsAsync(grains, CancellationToken.None, args);

    public static Task<CommandRun> WithGrainsAsync(
        IGrainFactory grains, CancellationToken cancellationToken, params string[] args) =>
        RunAsync((_, _) => Task.FromResult<ILaboratory>(new ClusterLaboratory(grains)), args, cancellationToken);

    private sealed class ClusterLaboratory(IGrainFactory grains) : ILaboratory
    {
        public IGrainFactory Grains => grains;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static async Task<CommandRun> RunAsync(
        LaboratoryOpener open, string[] args, CancellationToken cancellationToken, int width = Wide,
        bool isTerminal = false)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        // Progress is due after a second: by a clock that stands still, standard error does not depend on how busy the
        // machine is.
        var terminal = new Terminal(output, error, OutIsTerminal: isTerminal, ErrorIsTerminal: false, Colour: false)
        {
            Clock = new FakeTimeProvider(),
            Width = width,
        };
        int code = await MmuProgram.Create(open).RunAsync(args, terminal, cancellationToken);
        return new(code, output.ToString(), error.ToString());
    }
}

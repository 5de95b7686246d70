using System.Diagnostics;
using Orleans.Mmu.Interfaces;
using Spectre.Console;

namespace Orleans.Mmu.Client;

/// <summary>Waits for a boot and shows on standard error how far it is.</summary>
internal static class BootWatch
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>The answer of a boot. What watching costs or how it fails never changes the answer.</summary>
    public static async Task<BootAnswer> WatchAsync(
        IMachineGrain machine, Task<BootAnswer> boot, Terminal terminal, CancellationToken cancellationToken)
    {
        // A boot that is over in a moment needs no bar that flickers.
        await Task.WhenAny(boot, Task.Delay(2 * Period, cancellationToken));
        if (!boot.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            if (terminal.ErrorIsTerminal)
                await ShowBarAsync(machine, boot, terminal, cancellationToken);
            else
                await PrintLinesAsync(machine, boot, terminal, cancellationToken);
        }

        // A silo that is slow to obey must not hold up Ctrl-C.
        return await boot.WaitAsync(cancellationToken);
    }

    private static async Task ShowBarAsync(IMachineGrain machine, Task boot, Terminal terminal, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal.Error),
            ColorSystem = terminal.Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("boot");
                await PollAsync(machine, boot, progress =>
                {
                    bar.Description = Markup.Escape(OneLine.Of(progress.Activity));
                    bar.IsIndeterminate = progress.Total <= 0;
                    bar.MaxValue = Math.Max(progress.Total, 1);
                    bar.Value = progress.Total > 0 ? progress.Done : 0;
                }, cancellationToken);
            });
    }

    private static async Task PrintLinesAsync(IMachineGrain machine, Task boot, Terminal terminal, CancellationToken cancellationToken)
    {
        var lines = new ProgressLines();
        var watch = Stopwatch.StartNew();
        await PollAsync(machine, boot, progress =>
        {
            if (lines.Next(watch.Elapsed, progress) is { } line)
                terminal.Error.WriteLine(line);
        }, cancellationToken);
    }

    private static async Task PollAsync(IMachineGrain machine, Task boot, Action<BootProgress> show, CancellationToken cancellationToken)
    {
        while (!boot.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                var asked = machine.GetProgress(cancellationToken);
                if (await Task.WhenAny(boot, asked) == asked)
                    show(await asked);
                await Task.WhenAny(boot, Task.Delay(Period, cancellationToken));
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException or Orleans.Runtime.OrleansException)
            {
                // The boot itself says what went wrong.
                return;
            }
        }
    }
}

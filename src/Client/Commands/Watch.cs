using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;
using Spectre.Console;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Waits for a boot or for work after it, and shows progress on standard error.</summary>
internal static class Watch
{
    // A silo that has not answered for so long may be lost.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the result of the work. A failure of the progress display never affects it.</summary>
    /// <param name="ask">Returns the current progress.</param>
    public static async Task<T> ForAsync<T>(
        Func<CancellationToken, Task<BootProgress>> ask, Task<T> work, Terminal terminal,
        CancellationToken cancellationToken)
    {
        // Short work shows no progress bar, which would only flicker.
        await Task.WhenAny(work, Task.Delay(2 * Period, terminal.Clock, cancellationToken));
        if (!work.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            if (terminal.ErrorIsTerminal)
                await ShowBarAsync(ask, work, terminal, cancellationToken);
            else
                await PrintLinesAsync(ask, work, terminal, cancellationToken);
        }

        // Ctrl-C does not wait for a silo that is slow to cancel.
        return await work.WaitAsync(cancellationToken);
    }

    private static async Task ShowBarAsync(
        Func<CancellationToken, Task<BootProgress>> ask, Task work, Terminal terminal,
        CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal.Error),
            ColorSystem = terminal.Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        await console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("boot");
                await PollAsync(ask, work, progress =>
                {
                    bar.Description = Markup.Escape(OneLine.Of(progress.Activity));
                    bar.IsIndeterminate = progress.Total <= 0;
                    bar.MaxValue = Math.Max(progress.Total, 1);
                    bar.Value = progress.Total > 0 ? progress.Done : 0;
                }, terminal.Clock, cancellationToken);
            });
    }

    private static async Task PrintLinesAsync(
        Func<CancellationToken, Task<BootProgress>> ask, Task work, Terminal terminal,
        CancellationToken cancellationToken)
    {
        var lines = new ProgressLines();
        long start = terminal.Clock.GetTimestamp();
        await PollAsync(ask, work, progress =>
        {
            if (lines.Next(terminal.Clock.GetElapsedTime(start), progress) is { } line)
                terminal.Error.WriteLine(line);
        }, terminal.Clock, cancellationToken);
    }

    private static async Task PollAsync(
        Func<CancellationToken, Task<BootProgress>> ask, Task work, Action<BootProgress> show, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        while (!work.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                var asked = ask(cancellationToken);
                var first = await Task.WhenAny(work, asked, Task.Delay(Round, clock, cancellationToken));
                if (first == asked)
                {
                    show(await asked);
                }
                else if (first != work)
                {
                    Ignore(asked);
                    show(Waits);
                }

                await Task.WhenAny(work, Task.Delay(Period, clock, cancellationToken));
            }
            catch (Exception e) when (e is OperationCanceledException or RefusedException)
            {
                // The work reports its own errors.
                return;
            }
            catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
            {
                show(Waits);
                await Task.WhenAny(work, Task.Delay(Round, clock, cancellationToken));
            }
        }
    }

    private static BootProgress Waits { get; } = new("waits for a silo", 0, 0);

    private static void Ignore(Task asked) => _ = asked.ContinueWith(static a => a.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}

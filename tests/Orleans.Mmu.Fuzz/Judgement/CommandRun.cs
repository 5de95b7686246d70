using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Fuzz.Judgement;

/// <summary>One run of mmu inside this process.</summary>
/// <param name="Allocated">Bytes that all threads of this process allocated meanwhile.</param>
internal sealed record CommandRun(int Code, string Out, string Error, long Allocated, TimeSpan Took)
{
    public static async Task<CommandRun> OfAsync(
        IReadOnlyList<string> arguments, LaboratoryOpener open, CancellationToken cancellationToken)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var terminal = new Terminal(output, error, OutIsTerminal: false, ErrorIsTerminal: false, Colour: false)
        {
            Clock = new StandingClock(),
        };
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        // A thread of the pool: a verb may work before its first await.
        int code = await Task.Run(
            () => MmuProgram.Create(open).RunAsync(arguments, terminal, cancellationToken), CancellationToken.None);
        return new(
            code, output.ToString(), error.ToString(), GC.GetTotalAllocatedBytes(precise: true) - before,
            watch.Elapsed);
    }

    // Progress would appear in standard error where the machine is busy.
    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

using System.Globalization;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Chaos.Moments;

/// <summary>
/// Says every moment of a run that this silo reaches, in a line "moment MACHINE EPOCH MOMENT before" or "after", and
/// strikes the silo at chosen ones, which a line "struck MACHINE EPOCH MOMENT" announces. The strike falls inside the
/// call, so that nothing depends on how fast a signal from outside arrives.
/// </summary>
internal sealed class MomentFuse : IOutgoingGrainCallFilter
{
    // SIGSTOP of Linux.
    private const int Stop = 19;

    private readonly Lock _lock = new();
    private readonly List<(Strike Strike, int Left)> _strikes = [];
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(Strike strike)
    {
        lock (_lock)
            _strikes.Add((strike, strike.Nth));
    }

    public void Clear()
    {
        lock (_lock)
            _strikes.Clear();
    }

    /// <summary>Lets the calls go that are held.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _released.TrySetResult();
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (MachineMoment.Of(context) is not { } moment)
        {
            await context.Invoke();
            return;
        }

        await ReachAsync(moment, isBefore: true);
        await context.Invoke();
        await ReachAsync(moment, isBefore: false);
    }

    private async Task ReachAsync(MachineMoment reached, bool isBefore)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{reached.Machine} {reached.Epoch} {reached.Moment}");
        // Every CPU performs several phases: these moments are too many to say.
        if (reached.Moment != Moment.Perform)
            await Console.Out.WriteLineAsync($"moment {name} {(isBefore ? "before" : "after")}");
        if (Take(reached, isBefore) is not { } strike)
            return;
        Task released;
        lock (_lock)
            released = _released.Task;
        await Console.Out.WriteLineAsync($"struck {name}");
        if (strike.Kind == StrikeKind.Hold)
            await released;
        else if (Kill(Environment.ProcessId, Stop) != 0)
            throw new InvalidOperationException($"SIGSTOP failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private Strike? Take(MachineMoment reached, bool isBefore)
    {
        lock (_lock)
        {
            for (int i = 0; i < _strikes.Count; i++)
            {
                var (strike, left) = _strikes[i];
                if (strike.Moment != reached.Moment || strike.IsBefore != isBefore
                    || reached.Epoch < strike.FirstEpoch || reached.Epoch > strike.LastEpoch)
                    continue;
                _strikes[i] = (strike, left - 1);
                if (left > 1)
                    continue;
                _strikes.RemoveAt(i);
                return strike;
            }
        }

        return null;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}

using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Interfaces.Clusters;

/// <summary>
/// An exploration whose leader tells the cluster's list of it how far it is. The list is for people: where it cannot be
/// told, the exploration goes on.
/// </summary>
public sealed class ListedExploration : IAsyncDisposable
{
    /// <summary>The time between two reports.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    // The leader's own result must not wait for the list.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ended = new();
    private readonly Func<IGrainFactory> _grains;
    private readonly Func<long> _states;
    private readonly TimeProvider _time;
    private readonly Task _telling;
    private ExplorationReport _last;

    private ListedExploration(
        Func<IGrainFactory> grains, ExplorationReport first, Func<long> states, TimeProvider time)
    {
        (_grains, _last, _states, _time) = (grains, first, states, time);
        _telling = TellAsync(first, _ended.Token);
    }

    /// <summary>Tells of an exploration, from now until this is disposed of.</summary>
    /// <param name="grains">The way to the cluster, which may change.</param>
    /// <param name="system">The protocol or the reference system.</param>
    /// <param name="states">How many states are known.</param>
    public static ListedExploration Begin(
        Func<IGrainFactory> grains, string system, int cpus, Func<long> states, TimeProvider time) =>
        new(grains, new($"{Guid.NewGuid():N}", system, cpus, 0, ExplorationState.Exploring, null), states, time);

    /// <summary>Notes the verdict, to be told when this is disposed of.</summary>
    public void End(CheckReport report) => _last = _last with
    {
        State = report.Verdict switch
        {
            CheckVerdict.Holds => ExplorationState.Holds,
            CheckVerdict.Violated => ExplorationState.Violated,
            CheckVerdict.NotDecided => ExplorationState.NotDecided,
            _ => throw new ArgumentOutOfRangeException(nameof(report), report.Verdict, "no such verdict"),
        },
        Property = report.Property?.Name,
        States = report.States,
    };

    /// <summary>Tells the verdict, or that there will be none.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _telling;
        _ended.Dispose();
        await SendAsync(_last.State == ExplorationState.Exploring
            ? _last with { State = ExplorationState.Abandoned, States = _states() } : _last);
    }

    private async Task TellAsync(ExplorationReport first, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            do
                await SendAsync(first with { States = _states() });
            while (await timer.WaitForNextTickAsync(ended));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
    }

    // A cluster of an older version has no such list; a busy one may refuse the call.
    private async Task SendAsync(ExplorationReport report) =>
        await CallAsync(report).WaitAsync(Patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task CallAsync(ExplorationReport report) =>
        await _grains().GetGrain<IExplorationWriterGrain>(IExplorationListGrain.OnlyKey)
            .Report(report, CancellationToken.None);
}

using System.Collections.Immutable;
using Orleans.Mmu.Distribution.Searches;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>
/// All partitions of a system in one place, between which every parcel is carried, some twice. Partitions are lost
/// before messages that a test chooses by their number.
/// </summary>
/// <param name="losses">The partitions that are lost before a message; messages are numbered from 1.</param>
internal sealed class HeldPartitions<TState, TSystem>(
    TSystem system, bool symmetry, int batches, long memoryLimit, Func<int, IEnumerable<int>> losses)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly HeldPartition?[] _held = new HeldPartition?[Explorer.Partitions];

    // A grain performs one call at a time, besides deliveries and questions.
    private readonly SemaphoreSlim[] _turns = [
        .. Enumerable.Range(0, Explorer.Partitions).Select(_ => new SemaphoreSlim(1))];

    /// <summary>The messages of the exploration.</summary>
    public int Messages { get; private set; }

    /// <summary>How often a partition was lost.</summary>
    public int Lost { get; private set; }

    public static Task<Exploration<TState>> ExploreAsync(
        TSystem system, bool symmetry, int batches, long memoryLimit = long.MaxValue) =>
        new HeldPartitions<TState, TSystem>(system, symmetry, batches, memoryLimit, _ => []).ExploreAsync();

    // One thread at a time, as in a grain.
    public Task<Exploration<TState>> ExploreAsync() => Task.Factory.StartNew(
        () => new PartitionedSearch<TState, TSystem>(
            system, new() { Symmetry = symmetry },
            [.. Enumerable.Range(0, Explorer.Partitions).Select(i => new Remote(this, i))],
            _ => Task.CompletedTask, CancellationToken.None).RunAsync(),
        CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler)
        .Unwrap();

    private HeldPartition? At(int number)
    {
        foreach (int lost in losses(++Messages))
        {
            Lost += _held[lost] is null ? 0 : 1;
            _held[lost] = null;
        }

        return _held[number];
    }

    private Task<bool> DeliverAsync(int to, ParcelMessage parcel)
    {
        bool once = At(to)?.Deliver(parcel) ?? false;
        return Task.FromResult((At(to)?.Deliver(parcel) ?? false) && once);
    }

    private Task<ImmutableArray<byte>> AskAsync(int other, EndingQuestion question) =>
        Task.FromResult(At(other)?.AreEnding(question) ?? []);

    private sealed class Remote(HeldPartitions<TState, TSystem> all, int number) : IRemotePartition
    {
        // A partition that is lost in the middle of a call has no answer.
        private static PartitionLostException Lost => new("a partition was lost");

        public Task BeginAsync(long epoch) => TakeTurnAsync(() =>
        {
            all._held[number] ??= new(
                number, (to, parcel, _) => all.DeliverAsync(to, parcel),
                (to, question, _) => all.AskAsync(to, question),
                _ => default);
            return Task.FromResult(all._held[number]!.Begin(epoch, all.Create(number)));
        });

        public Task<long?> JoinAsync(long epoch, long steps) =>
            TakeTurnAsync(() => Task.FromResult(all.At(number)?.Join(epoch, steps)));

        public Task<PartitionCounts> StepAsync(PartitionOrder order) => TakeTurnAsync(async () =>
        {
            var held = all.At(number) ?? throw Lost;
            var counts = await held.StepAsync(order, CancellationToken.None) ?? throw Lost;
            return held == all._held[number] ? counts : throw Lost;
        });

        public Task ResendAsync(PartitionOrder order) => TakeTurnAsync(async () =>
            all.At(number) is { } held && await held.ResendAsync(order, CancellationToken.None) ? true : throw Lost);

        public Task<JudgedLayer> JudgeAsync(JudgeOrder order) => TakeTurnAsync(async () =>
            await (all.At(number) ?? throw Lost).JudgeAsync(order, CancellationToken.None) ?? throw Lost);

        public Task<StoredState> StateAsync(long steps, int index) => TakeTurnAsync(() =>
            Task.FromResult((all.At(number) ?? throw Lost).State(steps, index) ?? throw Lost));

        private async Task<T> TakeTurnAsync<T>(Func<Task<T>> call)
        {
            await all._turns[number].WaitAsync();
            try
            {
                return await call();
            }
            finally
            {
                all._turns[number].Release();
            }
        }
    }

    private Func<IPartition> Create(int number) => () => new Partition<TState, TSystem>(
        system, new(number, symmetry, batches, memoryLimit / Explorer.Partitions));
}

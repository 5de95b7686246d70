using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>All partitions of a system in one place, between which every parcel is carried, some twice.</summary>
internal sealed class HeldPartitions<TState, TSystem>
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly IPartition[] _partitions;

    public HeldPartitions(TSystem system, bool symmetry, int batches, long memoryLimit = long.MaxValue) => _partitions =
    [
        .. Enumerable.Range(0, Explorer.Partitions)
            .Select(i =>
                new Partition<TState, TSystem>(system, new(i, symmetry, batches, memoryLimit / Explorer.Partitions))),
    ];

    public static async Task<Exploration<TState>> ExploreAsync(
        TSystem system, bool symmetry, int batches, long memoryLimit = long.MaxValue)
    {
        var held = new HeldPartitions<TState, TSystem>(system, symmetry, batches, memoryLimit);
        IRemotePartition[] remote =
            [.. Enumerable.Range(0, Explorer.Partitions).Select(i => new Remote(held._partitions, i))];
        return await new PartitionedSearch<TState, TSystem>(
            system, new() { Symmetry = symmetry }, remote, CancellationToken.None).RunAsync();
    }

    private sealed class Remote(IPartition[] partitions, int number) : IRemotePartition
    {
        public Task<PartitionCounts> StepAsync(PartitionOrder order)
        {
            var partition = partitions[number];
            // What a partition asks for before a piece is enough for it: it is never full for lack of more.
            partition.Allow(partition.MostBytes);
            int pieces = 0;
            foreach (int _ in partition.Step(order, CancellationToken.None)!)
            {
                pieces++;
                partition.Allow(partition.MostBytes);
            }

            Assert.InRange(pieces, 1, 2 * PartitionShape.MaxBatches);
            var parcels = partition.TakeParcels();
            for (int to = 0; to < partitions.Length; to++)
            {
                if (to == number || parcels[to].Length == 0)
                    continue;
                Assert.True(partitions[to].Receive(order.Ordinal, number, parcels[to]));
                Assert.True(partitions[to].Receive(order.Ordinal, number, parcels[to]));
            }

            return Task.FromResult(partition.Counts);
        }

        public Task<JudgedLayer> JudgeAsync(JudgeOrder order)
        {
            var partition = partitions[number];
            var questions = partition.Judge(order)!;
            for (int other = 0; other < partitions.Length; other++)
            {
                if (questions[other].Length > 0)
                    partition.Learn(other, partitions[other].Answer(order.Steps, questions[other])!);
            }

            return Task.FromResult(partition.Judged);
        }

        public Task<StoredState> StateAsync(long steps, int index) =>
            Task.FromResult(partitions[number].State(steps, index)!);
    }
}

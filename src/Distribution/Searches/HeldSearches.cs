using System.Collections.Immutable;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Exploration.Partitions;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>The explorations that have partitions on this silo, and the last that had. Safe for any thread.</summary>
public sealed class HeldSearches(TimeProvider time)
{
    /// <summary>The explorations without a partition here that are remembered.</summary>
    public const int MostOver = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Search> _open = new(StringComparer.Ordinal);
    private readonly Queue<HeldSearch> _over = new();

    /// <summary>The explorations, the newest first.</summary>
    public ImmutableArray<HeldSearch> Newest()
    {
        lock (_gate)
            return [.. _open.Values.Select(s => s.Seen()).Concat(_over).OrderByDescending(s => s.Began)];
    }

    /// <summary>A partition of an exploration is held here from now on.</summary>
    /// <param name="exploration">The exploration's key.</param>
    internal void Begin(string exploration, int number, ExploredSystem system)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(exploration, out var search))
                _open.Add(exploration, search = new(system, time.GetUtcNow()));
            search.Here.Add(number);
        }
    }

    /// <summary>What a partition counts after a step.</summary>
    internal void Count(string exploration, int number, PartitionCounts counts)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(exploration, out var search))
                search.Counts[number] = counts;
        }
    }

    /// <summary>A partition is held here no more.</summary>
    internal void Leave(string exploration, int number)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(exploration, out var search) || !search.Here.Remove(number) || search.Here.Count > 0)
                return;
            _open.Remove(exploration);
            _over.Enqueue(search.Seen());
            if (_over.Count > MostOver)
                _over.Dequeue();
        }
    }

    private sealed class Search(ExploredSystem system, DateTimeOffset began)
    {
        public HashSet<int> Here { get; } = [];

        // Also of partitions that have left, whose states were explored.
        public Dictionary<int, PartitionCounts> Counts { get; } = [];

        public HeldSearch Seen() => new(
            system.Name, system.Cpus, began, Here.Count, Counts.Values.Sum(c => c.States),
            Here.Count == 0 ? SearchState.Over : Counts.Values.Sum(c => (long)c.Unexpanded) == 0 && Counts.Count > 0
                ? SearchState.Expanded : SearchState.Expanding,
            Counts.Values.Any(c => c.Found.Length > 0), Counts.Values.Any(c => c.IsFull));
    }
}

/// <summary>An exploration as a silo sees it that holds some of its partitions.</summary>
/// <param name="System">The name of what is explored.</param>
/// <param name="Cpus">The CPUs of its machine.</param>
/// <param name="Began">When this silo got the first partition.</param>
/// <param name="Partitions">How many partitions this silo holds.</param>
/// <param name="States">The states in them.</param>
/// <param name="IsViolated">Whether one of the states violates a property.</param>
/// <param name="IsFull">Whether a state was dropped for lack of memory, so that nothing is decided without it.</param>
public sealed record HeldSearch(
    string System, int Cpus, DateTimeOffset Began, int Partitions, long States, SearchState State, bool IsViolated,
    bool IsFull);

/// <summary>How far the partitions of an exploration on one silo are.</summary>
public enum SearchState
{
    /// <summary>States wait for their successors.</summary>
    Expanding,

    /// <summary>Every state here has its successors; other silos may find more.</summary>
    Expanded,

    /// <summary>The exploration has ended, or its partitions have left this silo.</summary>
    Over,
}

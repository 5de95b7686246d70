using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Mmu.Checking.Toy;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The contents of memory by <see cref="ToyState.Memory"/>, each computed on first use. Safe to use from several
/// threads.
/// </summary>
/// <param name="stores">The stores of CPU 0, of which memory is a mask where it is the only CPU that stores.</param>
/// <param name="layout">Memory as a number where several CPUs store; otherwise null.</param>
internal sealed class MemoryViews(
    EntryUniverse universe, MapChangeGoal scene, ImmutableArray<DescriptorStore> stores, MemoryLayout? layout)
{
    private readonly MemoryView?[] _ofStores = new MemoryView?[layout is null ? 1 << stores.Length : 0];
    private readonly ConcurrentDictionary<uint, MemoryView> _ofContents = [];

    public MemoryView this[uint memory] => layout is null
        ? Volatile.Read(ref _ofStores[memory]) ?? (_ofStores[memory] = After(memory)) : OfContents(memory);

    private MemoryView After(uint performed)
    {
        var held = scene.Initial.ToDictionary();
        foreach (var store in stores.Where(s => s.Word is not null && (performed & s.Bit) != 0))
            held[store.Word!.Value] = store.Content;
        return new MemoryView(universe, scene, held);
    }

    private MemoryView OfContents(uint contents) => _ofContents.TryGetValue(contents, out var view) ? view
        : _ofContents.GetOrAdd(contents, new MemoryView(universe, scene, layout!.Held(contents, scene)));
}

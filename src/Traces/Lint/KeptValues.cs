using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Old values that only CPUs which take the tree up later may read: a DSB NSH has followed the store, the CPU that made
/// it has dropped the value, and no other CPU holds the tree. Stores of descriptors do not meet such a value, and local
/// TLBIs and those of other CPUs do nothing to it, so they pass it by, however many of these values there are.
/// </summary>
internal sealed class KeptValues
{
    // The kept values of a descriptor are counted, and the others listed.
    private sealed class Descriptor
    {
        public int Kept { get; set; }

        public List<StaleValue> Others { get; } = [];

        public void Add(StaleValue value)
        {
            value.PositionAmongOthers = Others.Count;
            Others.Add(value);
        }

        public void Remove(StaleValue value)
        {
            var last = Others[^1];
            Others[value.PositionAmongOthers] = last;
            last.PositionAmongOthers = value.PositionAmongOthers;
            Others.RemoveAt(Others.Count - 1);
        }
    }

    private readonly Dictionary<ulong, Descriptor> _descriptors = [];
    private readonly Dictionary<int, StaleAddresses> _ofWriter = [];

    /// <summary>Whether no value is kept.</summary>
    public bool IsEmpty => _descriptors.Count == 0;

    /// <summary>A value is kept from now on.</summary>
    /// <param name="all">The old values of its descriptor.</param>
    public void Add(StaleValue value, List<StaleValue> all)
    {
        ref var descriptor = ref CollectionsMarshal.GetValueRefOrAddDefault(_descriptors, value.Address, out _);
        if (descriptor is null)
        {
            descriptor = new();
            foreach (var other in all)
                descriptor.Add(other);
        }

        descriptor.Remove(value);
        descriptor.Kept++;
        ref var addresses = ref CollectionsMarshal.GetValueRefOrAddDefault(_ofWriter, value.Writer, out _);
        (addresses ??= new()).Add(value);
        value.IsKept = true;
    }

    /// <summary>A value is not kept any more.</summary>
    public void Remove(StaleValue value)
    {
        value.IsKept = false;
        _ofWriter[value.Writer].Remove(value);
        if (--_descriptors[value.Address].Kept == 0)
            _descriptors.Remove(value.Address);
    }

    /// <summary>A descriptor has one more old value, which is not kept.</summary>
    public void AddOther(StaleValue value)
    {
        if (_descriptors.TryGetValue(value.Address, out var descriptor))
            descriptor.Add(value);
    }

    /// <summary>A value that is not kept is gone.</summary>
    public void RemoveOther(StaleValue value)
    {
        if (_descriptors.TryGetValue(value.Address, out var descriptor))
            descriptor.Remove(value);
    }

    /// <summary>The old values of a descriptor that are not kept; null where none of them is.</summary>
    public List<StaleValue>? Others(ulong descriptor) => _descriptors.GetValueOrDefault(descriptor)?.Others;

    /// <summary>Adds what a TLBI for every CPU, of the CPU that replaced them, may name.</summary>
    /// <param name="near">Receives the values.</param>
    public void AddNear(int writer, in LintedTlbi operation, ulong first, ulong length, List<StaleValue> near)
    {
        if (_ofWriter.TryGetValue(writer, out var addresses))
            near.AddRange(addresses.Near(operation, first, length));
    }
}

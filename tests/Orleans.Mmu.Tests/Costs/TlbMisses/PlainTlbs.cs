using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Tests.Costs.TlbMisses;

/// <summary>
/// The model written down once more, plainly: every access goes to every TLB, lists are in order of use.
/// </summary>
internal sealed class PlainTlbs(TlbConfiguration configuration) : IPlainSink
{
    private readonly Dictionary<(int Cpu, int Which, ulong Set), List<(ulong, int)>> _sets = [];
    private readonly PageSizes _sizes = configuration.Mapping.Begin();
    private int _cpu;

    public long L1Misses { get; private set; }

    public long Walks { get; private set; }

    public long Reads { get; private set; }

    public void Cpu(int cpu) => _cpu = cpu;

    public void Access(ulong page, bool isData)
    {
        var tlbs = configuration.Tlbs;
        var mapped = _sizes.Of(page);
        if (Hit(isData ? 1 : 0, isData ? tlbs.Data
            : tlbs.Instructions, Entry(mapped, isData ? tlbs.DataSizes : tlbs.InstructionSizes)))
            return;
        L1Misses++;
        if (tlbs.Second is { } second && Hit(2, second, Entry(mapped, tlbs.SecondSizes)))
            return;
        Walks++;
        Walk(mapped);
    }

    private void Walk(MappedPage mapped)
    {
        int leaf = 3 - (mapped.Log2 - 12) / 9;
        int first = 0;
        var walks = configuration.Tlbs.Walks;
        for (int level = leaf - 1; level >= 0 && first == 0; level--)
        {
            ulong number = mapped.ScatteredPage >> (9 * (3 - level));
            if ((walks.Shared ?? walks.ByLevel[level]) is { } cache
                && Hit(walks.Shared is null ? 3 + level : 3, cache, (number, level)))
                first = level + 1;
        }

        Reads += leaf - first + 1;
    }

    private static (ulong, int) Entry(MappedPage mapped, EntrySizes sizes)
    {
        int log2 = sizes.Piece(mapped.Log2);
        return (log2 == 12 ? mapped.Page : mapped.ScatteredPage >> (log2 - 12), log2);
    }

    private bool Hit(int which, TlbGeometry geometry, (ulong Number, int Size) entry)
    {
        var key = (_cpu, which, entry.Number % (ulong)geometry.Sets);
        if (!_sets.TryGetValue(key, out var set))
            _sets.Add(key, set = []);
        bool hit = set.Remove(entry);
        set.Insert(0, entry);
        if (set.Count > geometry.Ways)
            set.RemoveAt(geometry.Ways);
        return hit;
    }
}

/// <summary>Receives accesses one by one.</summary>
internal interface IPlainSink
{
    void Cpu(int cpu);

    void Access(ulong page, bool isData);
}

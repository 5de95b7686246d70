using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>A map as a list of leaves, to ask what it does with an address, and with what kind of leaf.</summary>
internal sealed class MapShape
{
    private readonly TranslationGeometry _geometry;
    private readonly List<LeafSequence> _runs;

    public MapShape(TableSnapshot tables, PhysicalAddress root)
    {
        _geometry = tables.Geometry;
        _runs = [.. LeafEnumeration.Leaves(_geometry, tables.Root(root)!, _geometry.UpperHalfStart)];
    }

    public IReadOnlyList<LeafSequence> Runs => _runs;

    /// <summary>
    /// What the map does, whatever leaves it takes: ranges that translate alike, merged, a line each.
    /// </summary>
    public IReadOnlyList<string> Translations()
    {
        var lines = new List<string>();
        for (int i = 0; i < _runs.Count;)
        {
            var first = _runs[i];
            var end = first.End(_geometry);
            int next = i + 1;
            while (next < _runs.Count && _runs[next].Start == end && Offset(_runs[next]) == Offset(first)
                && Meaning(_runs[next]) == Meaning(first))
                end = _runs[next++].End(_geometry);
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{first.Start}-{end} -> {first.First.OutputAddress(_geometry, first.Level)} {Meaning(first):x}"));
            i = next;
        }

        return lines;
    }

    /// <summary>The leaf or contiguous group at an address; null where nothing is mapped.</summary>
    public (VirtualAddress Start, ulong Size, Level Level, bool Contiguous)? LeafAt(VirtualAddress va)
    {
        int index = _runs.FindLastIndex(r => r.Start <= va);
        if (index < 0 || _runs[index].End(_geometry) <= va)
            return null;
        var run = _runs[index];
        ulong size = run.First.Contiguous ? _geometry.ContiguousSize(run.Level) : _geometry.Size(run.Level);
        return (va.AlignDown(size), size, run.Level, run.First.Contiguous);
    }

    /// <summary>The addresses at which the leaves change their kind or their place.</summary>
    public IEnumerable<VirtualAddress> Bounds() => _runs.SelectMany(r => new[] { r.Start, r.End(_geometry) });

    private ulong Offset(LeafSequence run) => run.First.OutputAddress(_geometry, run.Level).Value - run.Start.Value;

    private ulong Meaning(LeafSequence run) =>
        run.First.Attributes(_geometry, run.Level).Bits << 1 | (run.First.IsValid ? 1UL : 0);
}

using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// The linear map is one offset between virtual and physical addresses: the one by which most of its memory is mapped.
/// A Realm's memory that is shared with the host has one bit more in its address, above all memory (PROT_NS_SHARED).
/// </summary>
/// <param name="machine">The machine whose kernel made the map; null where it is not known.</param>
internal sealed class LinearOffsetRule(
    IAuditedMap map, MachineDescription? machine, FindingList findings) : IMapRule
{
    // A hostile dump may have another offset at each leaf.
    private const int MostOffsets = 4096;

    private readonly Dictionary<ulong, ulong> _bytes = [];
    private readonly List<(VirtualAddress Start, VirtualAddress End, PhysicalAddress Output)> _runs = [];

    /// <summary>The bytes that a Realm shares with the host.</summary>
    private ulong Shared { get; set; }

    /// <summary>What is unusual and known; null for nothing.</summary>
    public string? Note => Shared == 0 ? null
        : $"{ByteWords.Of(Shared)} of the linear map have an address bit above all memory, as memory has that a "
            + "Realm shares with the host";

    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid || !map.HasOutputAddresses || !map.Regions.IsLinear(leaves.Start))
            return;
        var output = leaves.First.OutputAddress(map.Geometry, leaves.Level);
        ulong offset = Offset(leaves.Start, output);
        if (_bytes.Count < MostOffsets || _bytes.ContainsKey(offset))
            _bytes[offset] = _bytes.GetValueOrDefault(offset) + leaves.Run.Length(map.Geometry);
        if (_runs.Count > 0 && _runs[^1] is var last && Offset(last.Start, last.Output) == offset)
            _runs[^1] = last with { End = leaves.End(map.Geometry) };
        else if (_runs.Count < FindingList.Most)
            _runs.Add((leaves.Start, leaves.End(map.Geometry), output));
    }

    public void Finish()
    {
        if (_runs.Count == 0)
            return;
        ulong right = _bytes.OrderByDescending(b => b.Value).ThenBy(b => b.Key).First().Key;
        ulong top = _runs.Where(r => Offset(r.Start, r.Output) == right)
            .Max(r => r.Output.Value + (r.End - r.Start) - 1);
        var others = _runs.Where(r => Offset(r.Start, r.Output) != right).ToList();
        ulong shared = SharedBit([.. others.Select(r => r.Output.Value ^ unchecked(r.Start.Value - right))], top);
        foreach (var (start, end, output) in others)
        {
            var expected = new PhysicalAddress(unchecked(start.Value - right));
            if (shared != 0 && output.Value - shared == expected.Value)
                Shared += end - start;
            else
                findings.Add(AuditRule.WrongOutputAddress, start, end,
                    $"maps {output}, and the rest of the linear map says {expected}");
        }
    }

    // A kernel has one such bit (prot_ns_shared). Two bits are damage, and so is one that no physical address has.
    private ulong SharedBit(ulong[] differences, ulong top)
    {
        if (machine is not null)
            return machine.Realm?.SharedBit ?? 0;
        ulong[] bits = [.. differences.Where(d => BitOperations.IsPow2(d) && d > top).Distinct().Take(2)];
        return bits is [var bit] && bit >> map.PaBits == 0 ? bit : 0;
    }

    private static ulong Offset(VirtualAddress va, PhysicalAddress pa) => unchecked(va.Value - pa.Value);
}

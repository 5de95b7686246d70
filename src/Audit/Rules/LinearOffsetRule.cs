using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// The linear map is one offset between virtual and physical addresses: the one by which most of its memory is mapped.
/// </summary>
internal sealed class LinearOffsetRule(IAuditedMap map, FindingList findings) : IMapRule
{
    // A hostile dump may have another offset at each leaf.
    private const int MostOffsets = 4096;

    private readonly Dictionary<ulong, ulong> _bytes = [];
    private readonly List<(VirtualAddress Start, VirtualAddress End, PhysicalAddress Output)> _runs = [];

    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid || !map.HasOutputAddresses || !map.Regions.IsLinear(leaves.Start)
            || _runs.Count == FindingList.Most)
            return;
        var output = leaves.First.OutputAddress(map.Geometry, leaves.Level);
        ulong offset = Offset(leaves.Start, output);
        ulong bytes = leaves.Run.Length(map.Geometry);
        if (_bytes.Count < MostOffsets || _bytes.ContainsKey(offset))
            _bytes[offset] = _bytes.GetValueOrDefault(offset) + bytes;
        if (_runs.Count > 0 && _runs[^1] is var last && last.End == leaves.Start
            && Offset(last.Start, last.Output) == offset)
            _runs[^1] = last with { End = leaves.End(map.Geometry) };
        else
            _runs.Add((leaves.Start, leaves.End(map.Geometry), output));
    }

    public void Finish()
    {
        if (_runs.Count == 0)
            return;
        ulong right = _bytes.OrderByDescending(b => b.Value).ThenBy(b => b.Key).First().Key;
        foreach (var (start, end, output) in _runs)
        {
            if (Offset(start, output) != right)
                findings.Add(AuditRule.WrongOutputAddress, start, end,
                    $"maps {output}, and the rest of the linear map says {new PhysicalAddress(start.Value - right)}");
        }
    }

    private static ulong Offset(VirtualAddress va, PhysicalAddress pa) => unchecked(va.Value - pa.Value);
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// A contiguous group is whole. Members that belong together form one run, so only the groups at the ends of a run need
/// a closer look: the pieces of such a group are collected until the next piece lies behind it.
/// </summary>
internal sealed class GroupRule(IAuditedMap map, FindingList findings) : IMapRule
{
    // Members may differ in what a TLB does not keep, bits [58:55], and in what hardware writes: AF, and AP[2] where
    // DBM is set.
    private const ulong OwnBits = 1UL << 10 | 0xfUL << 55;
    private const ulong ReadOnlyBit = 1UL << 7;
    private const ulong DbmBit = 1UL << 51;

    private readonly List<AuditedLeaves> _pieces = [];
    private VirtualAddress _group;
    private Level _level = Level.L3;

    public void Accept(in AuditedLeaves leaves)
    {
        var geometry = map.Geometry;
        if (_pieces.Count > 0 && (leaves.Level != _level || leaves.Start - _group >= geometry.ContiguousSize(_level)))
            Judge();
        ulong size = geometry.ContiguousSize(leaves.Level);
        if (size == geometry.Size(leaves.Level))
            return;
        ulong bytes = leaves.Run.Length(geometry);
        ulong head = Math.Min((size - (leaves.Start.Value & (size - 1))) & (size - 1), bytes);
        if (head > 0)
            Keep(leaves, 0, head);
        if (head > 0 && head < bytes)
            Judge();
        ulong whole = (bytes - head) / size * size;
        if (whole > 0)
            JudgeWhole(Part(leaves, head, whole), size);
        if (head + whole < bytes)
            Keep(leaves, head + whole, bytes - head - whole);
    }

    public void Finish() => Judge();

    private void Keep(in AuditedLeaves leaves, ulong offset, ulong bytes)
    {
        var part = Part(leaves, offset, bytes);
        if (_pieces.Count == 0)
            (_group, _level) = (part.Start.AlignDown(map.Geometry.ContiguousSize(part.Level)), part.Level);
        _pieces.Add(part);
    }

    private AuditedLeaves Part(in AuditedLeaves leaves, ulong offset, ulong bytes)
    {
        ulong size = map.Geometry.Size(leaves.Level);
        var first = map.HasOutputAddresses && offset > 0 ? Advanced(leaves, offset) : leaves.First;
        return leaves with
        {
            Run = new(leaves.Start + offset, leaves.Level, (long)(bytes / size), first),
        };
    }

    private Arm.Descriptors.Descriptor Advanced(in AuditedLeaves leaves, ulong offset)
    {
        ulong address = map.Geometry.AddressBits(leaves.Level);
        var output = leaves.First.OutputAddress(map.Geometry, leaves.Level) + offset;
        return new((leaves.First.Bits & ~address) | map.Geometry.Encode(output));
    }

    private void JudgeWhole(in AuditedLeaves leaves, ulong size)
    {
        if (!leaves.First.Contiguous || !leaves.IsValid || !map.HasOutputAddresses)
            return;
        var output = leaves.First.OutputAddress(map.Geometry, leaves.Level);
        if (!output.IsAligned(size))
            Misaligned(leaves.Start, leaves.End(map.Geometry), output, leaves.Line);
    }

    private void Judge()
    {
        if (_pieces.Count == 0)
            return;
        ulong size = map.Geometry.ContiguousSize(_level);
        var end = _group + size;
        int contiguous = (int)_pieces.Where(p => p.IsValid && p.First.Contiguous).Sum(p => p.Run.Count);
        int single = (int)_pieces.Where(p => p.IsValid && !p.First.Contiguous).Sum(p => p.Run.Count);
        int members = map.Geometry.Granule.ContiguousEntries(_level);
        if (contiguous > 0 && single > 0)
            Mixed(end, $"{contiguous} of {members} members have the Contiguous bit, {single} are valid without it");
        else if (contiguous > 0 && contiguous < members)
            Mixed(end, $"{contiguous} of {members} members have the Contiguous bit, the rest is invalid");
        else if (contiguous > 0 && _pieces.Any(p => Attributes(p.Run) != Attributes(_pieces[0].Run)))
            Mixed(end, $"all {members} members have the Contiguous bit, and their attributes differ");
        else if (contiguous > 0 && map.HasOutputAddresses && !IsOnePiece(size))
            Misaligned(_group, end, _pieces[0].First.OutputAddress(map.Geometry, _level), _pieces[0].Line);
        _pieces.Clear();
    }

    private bool IsOnePiece(ulong size)
    {
        var output = _pieces[0].First.OutputAddress(map.Geometry, _level);
        return output.IsAligned(size) && _pieces.TrueForAll(p =>
            p.First.OutputAddress(map.Geometry, _level) == output + (p.Start - _group));
    }

    private ulong Attributes(in LeafSequence run)
    {
        ulong bits = run.First.Bits & ~map.Geometry.AddressBits(_level) & ~OwnBits;
        return (bits & DbmBit) != 0 ? bits & ~ReadOnlyBit : bits;
    }

    private void Mixed(VirtualAddress end, string what) =>
        findings.Add(AuditRule.MixedContiguousGroup, _group, end, $"{what} (level {_level})", _pieces[0].Line);

    private void Misaligned(VirtualAddress start, VirtualAddress end, PhysicalAddress output, int line) =>
        findings.Add(AuditRule.MisalignedContiguousGroup, start, end,
            $"the members do not map one piece of memory that is aligned to the group: the first maps {output}", line);
}

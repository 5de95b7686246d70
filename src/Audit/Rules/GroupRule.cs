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

    // A group of blocks may have a table among its members, whose leaves come between them.
    private readonly List<OpenGroup> _open =
    [
        new(Level.Minus1), new(Level.L0), new(Level.L1), new(Level.L2), new(Level.L3),
    ];

    public void Accept(in AuditedLeaves leaves)
    {
        var geometry = map.Geometry;
        foreach (var group in _open)
        {
            if (group.Pieces.Count > 0 && leaves.Start - group.Start >= geometry.ContiguousSize(group.Level))
                Judge(group);
            if (leaves.Level > group.Level)
                group.LastBelow = leaves.Start + (leaves.Run.Length(geometry) - 1);
        }

        var own = _open[leaves.Level.Number - Level.Minus1.Number];
        ulong size = geometry.ContiguousSize(leaves.Level);
        if (size == geometry.Size(leaves.Level))
            return;
        ulong bytes = leaves.Run.Length(geometry);
        ulong head = Math.Min((size - (leaves.Start.Value & (size - 1))) & (size - 1), bytes);
        if (head > 0)
            Keep(own, leaves, 0, head);
        if (head > 0 && head < bytes)
            Judge(own);
        ulong whole = (bytes - head) / size * size;
        if (whole > 0)
            JudgeWhole(Part(leaves, head, whole), size);
        if (head + whole < bytes)
            Keep(own, leaves, head + whole, bytes - head - whole);
    }

    public void Finish()
    {
        foreach (var group in _open)
            Judge(group);
    }

    private void Keep(OpenGroup group, in AuditedLeaves leaves, ulong offset, ulong bytes)
    {
        var part = Part(leaves, offset, bytes);
        if (group.Pieces.Count == 0)
            group.Start = part.Start.AlignDown(map.Geometry.ContiguousSize(part.Level));
        group.Pieces.Add(part);
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

    private void Judge(OpenGroup group)
    {
        var pieces = group.Pieces;
        if (pieces.Count == 0)
            return;
        ulong size = map.Geometry.ContiguousSize(group.Level);
        int contiguous = (int)pieces.Where(p => p.IsValid && p.First.Contiguous).Sum(p => p.Run.Count);
        int single = (int)pieces.Where(p => p.IsValid && !p.First.Contiguous).Sum(p => p.Run.Count);
        int members = map.Geometry.Granule.ContiguousEntries(group.Level);
        string rest = group.LastBelow is { } below && below >= group.Start ? "there is a table among the rest"
            : "the rest is invalid";
        if (contiguous > 0 && single > 0)
            Mixed(group, $"{contiguous} of {members} members have the Contiguous bit, {single} are valid without it");
        else if (contiguous > 0 && contiguous < members)
            Mixed(group, $"{contiguous} of {members} members have the Contiguous bit, {rest}");
        else if (contiguous > 0 && pieces.Any(p => Attributes(p.Run) != Attributes(pieces[0].Run)))
            Mixed(group, $"all {members} members have the Contiguous bit, and their attributes differ");
        else if (contiguous > 0 && map.HasOutputAddresses && !IsOnePiece(group, size))
            Misaligned(group.Start, group.Start + size, OutputOf(pieces[0]), pieces[0].Line);
        pieces.Clear();
    }

    private bool IsOnePiece(OpenGroup group, ulong size)
    {
        var output = OutputOf(group.Pieces[0]);
        return output.IsAligned(size)
            && group.Pieces.TrueForAll(p => OutputOf(p) == output + (p.Start - group.Start));
    }

    private PhysicalAddress OutputOf(in AuditedLeaves leaves) =>
        leaves.First.OutputAddress(map.Geometry, leaves.Level);

    private ulong Attributes(in LeafSequence run)
    {
        ulong bits = run.First.Bits & ~map.Geometry.AddressBits(run.Level) & ~OwnBits;
        return (bits & DbmBit) != 0 ? bits & ~ReadOnlyBit : bits;
    }

    private void Mixed(OpenGroup group, string what) => findings.Add(AuditRule.MixedContiguousGroup, group.Start,
        group.Start + map.Geometry.ContiguousSize(group.Level), $"{what} (level {group.Level})", group.Pieces[0].Line);

    private void Misaligned(VirtualAddress start, VirtualAddress end, PhysicalAddress output, int line) =>
        findings.Add(AuditRule.MisalignedContiguousGroup, start, end,
            $"the members do not map one piece of memory that is aligned to the group: the first maps {output}", line);

    // The members of one group at a level, as far as the leaves have come.
    private sealed class OpenGroup(Level level)
    {
        public Level Level => level;

        public VirtualAddress Start { get; set; }

        public List<AuditedLeaves> Pieces { get; } = [];

        /// <summary>The last address that a leaf of a lower level maps.</summary>
        public VirtualAddress? LastBelow { get; set; }
    }
}

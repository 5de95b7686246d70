using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// A contiguous group is whole. Members that belong together form one run, so only the groups at the ends of a run need
/// a closer look: the pieces of such a group are collected until the next leaf lies behind it. Leaves of a deeper level
/// within a group are tables among its members.
/// </summary>
internal sealed class GroupRule(IAuditedMap map, FindingList findings) : IMapRule
{
    // Groups that are not complete yet, one of each level at most: a deeper one lies within a table of a higher one.
    private readonly Dictionary<Level, GroupInProgress> _open = [];

    public void Accept(in AuditedLeaves leaves)
    {
        var geometry = map.Geometry;
        foreach (var group in _open.Values)
        {
            if (!group.Contains(leaves.Start))
                Close(group);
        }

        for (var level = geometry.StartLevel; level < leaves.Level; level = level.Next)
        {
            if (geometry.HasGroups(level))
                AddTables(level, leaves);
        }

        if (!geometry.HasGroups(leaves.Level))
            return;
        ulong size = geometry.ContiguousSize(leaves.Level);
        ulong bytes = leaves.Run.Length(geometry);
        ulong head = Math.Min((size - (leaves.Start.Value & (size - 1))) & (size - 1), bytes);
        if (head > 0)
            Keep(Part(leaves, 0, head));
        ulong whole = (bytes - head) / size * size;
        if (whole > 0)
            JudgeWhole(Part(leaves, head, whole), size);
        if (head + whole < bytes)
            Keep(Part(leaves, head + whole, bytes - head - whole));
    }

    public void Finish()
    {
        foreach (var group in _open.Values)
            Close(group);
    }

    // The tables between the first group and the last one of the leaves are no members of a group with other leaves.
    private void AddTables(Level level, in AuditedLeaves leaves)
    {
        var last = leaves.Start + (leaves.Run.Length(map.Geometry) - 1);
        GroupOf(level, leaves.Start).AddTables(leaves.Start, last);
        if (!_open[level].Contains(last))
            GroupOf(level, last).AddTables(leaves.Start, last);
    }

    private void Keep(in AuditedLeaves part) => GroupOf(part.Level, part.Start).Add(part);

    private GroupInProgress GroupOf(Level level, VirtualAddress address)
    {
        if (_open.TryGetValue(level, out var before) && !before.Contains(address))
            Close(before);
        if (!_open.TryGetValue(level, out var group))
            _open.Add(level, group = new(map, level, address));
        return group;
    }

    private void Close(GroupInProgress group)
    {
        _open.Remove(group.Level);
        if (group.Judge() is var (rule, message))
            findings.Add(rule, group.Start, group.End, message, group.Line);
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

    private Descriptor Advanced(in AuditedLeaves leaves, ulong offset)
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
            findings.Add(AuditRule.MisalignedContiguousGroup, leaves.Start, leaves.End(map.Geometry),
                GroupInProgress.Misaligned(output), leaves.Line);
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// A ptdump has no output addresses, but a machine says where its kernel image lies: the linear alias of text, which is
/// at a known address, must not be writable.
/// </summary>
internal sealed class PredictedAliasRule(IAuditedMap map, LinearMapPainter painter, FindingList findings) : IMapRule
{
    private readonly IReadOnlyList<(VirtualAddress Start, VirtualAddress End, ImageAlias Alias)> _aliases = Of(painter);

    /// <summary>The addresses in the linear map that the kernel should have protected at the end of boot.</summary>
    public static IReadOnlyList<(VirtualAddress Start, VirtualAddress End, ImageAlias Alias)> Of(
        LinearMapPainter painter) =>
        [.. painter.ImageAliases.Where(a => a.Becomes != AliasPermission.Writable).Select(a =>
            (painter.Layout.ToVirtual(a.Range.Start), painter.Layout.ToVirtual(a.Range.End), a))];

    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid || leaves.First.Attributes(map.Geometry, leaves.Level).ReadOnly
            || !map.Regions.IsLinear(leaves.Start))
            return;
        var end = leaves.End(map.Geometry);
        foreach (var (from, to, alias) in _aliases)
        {
            var start = leaves.Start > from ? leaves.Start : from;
            var last = end < to ? end : to;
            if (start < last)
                findings.Add(AuditRule.TextWritableAlias, start, last,
                    $"is the kernel's {alias.Content}, which {alias.By}() should have made "
                    + $"{(alias.Becomes == AliasPermission.Invalid ? "invalid" : "read-only")}, and is writable",
                    leaves.Line);
        }
    }
}

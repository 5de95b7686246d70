using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Security;

/// <summary>
/// Finds parts of the kernel image that are still writable through the linear map after boot. Cost: a walk for each
/// leaf in the alias.
/// </summary>
public static class ImageAliasCheck
{
    /// <summary>One violation for each contiguous range; empty if the whole alias is read-only.</summary>
    public static IReadOnlyList<Violation> Of(LinearMapPainter painter, KernelRules rules, TableSnapshot tables)
    {
        var violations = new List<Violation>();
        foreach (var alias in painter.ImageAliases)
        {
            foreach (var (range, leaf) in WritableParts(painter, alias, tables))
                violations.Add(Describe(painter, rules, tables, alias, range, leaf));
        }

        return violations;
    }

    private static IEnumerable<(LinearRange Range, Level Leaf)> WritableParts(
        LinearMapPainter painter, ImageAlias alias, TableSnapshot tables)
    {
        var geometry = tables.Geometry;
        var end = painter.Layout.ToVirtual(alias.Range.End.AlignUp(geometry.Granule.PageSize));
        (LinearRange Range, Level Leaf)? open = null;
        for (var va = painter.Layout.ToVirtual(alias.Range.Start); va < end;)
        {
            var walk = TableWalker.Walk(tables, painter.Swapper, va);
            ulong size = geometry.Size(walk.Level);
            var next = va.AlignDown(size) + size;
            next = next < end ? next : end;
            bool writable = walk.IsTranslation && !walk.Leaf.Attributes(geometry, walk.Level).ReadOnly;
            if (open is { } o && (!writable || o.Leaf != walk.Level))
            {
                yield return o;
                open = null;
            }

            if (writable)
                open = open is { } same ? (same.Range with { End = next }, same.Leaf) : (new(va, next), walk.Level);
            va = next;
        }

        if (open is { } last)
            yield return last;
    }

    private static Violation Describe(
        LinearMapPainter painter, KernelRules rules, TableSnapshot tables, ImageAlias alias, LinearRange range,
        Level leaf)
    {
        var geometry = tables.Geometry;
        ulong size = geometry.Size(leaf);
        var first = painter.Layout.ToPhysical(range.Start);
        string what = $"{(range.End - range.Start) / size} x {LeafCensus.SizeName(size)}";
        var explanation = ImmutableArray.CreateBuilder<string>();
        explanation.Add(
            $"{alias.By}() should have made it {(alias.Becomes == AliasPermission.Invalid ? "invalid" : "read-only")}");
        if (rules.Has(KernelBug.WritableTextAlias) && leaf.IsLast && Block(painter, geometry, range) is { } block)
        {
            explanation.Add(
                $"it asked for a {LeafCensus.SizeName(geometry.Size(Level.L2))} block at {block}, found a table " +
                $"there, and pmd_set_huge() refuses that without a word");
            explanation.Add(
                $"the table is there since the repaint: its first range ends at lm_alias(_stext) = " +
                $"{RepaintedTo(painter)}, inside that block");
            explanation.Add(
                $"kernels from {KernelBug.WritableTextAlias.Since} on leave it so; since " +
                $"{KernelBug.WritableTextAlias.FixedIn} the pass goes on in the table and writes its pages");
        }

        return new(Property.WritableAlias, null, range.Start,
            $"the kernel's {alias.Content} at {first} can be written through {range.Start}-{range.End} ({what})",
            explanation.ToImmutable());
    }

    // The block that contains lm_alias(_stext), if the range begins at its start; otherwise null.
    private static VirtualAddress? Block(LinearMapPainter painter, TranslationGeometry geometry, LinearRange range)
    {
        ulong size = geometry.Size(Level.L2);
        var stext = RepaintedTo(painter);
        return range.Start.IsAligned(size) && range.Start < stext && stext - range.Start < size ? range.Start : null;
    }

    private static VirtualAddress RepaintedTo(LinearMapPainter painter) =>
        painter.Repainted(RepaintRange.BelowText).End;
}

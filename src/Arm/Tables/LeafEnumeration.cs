using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// Visits the leaves below a root in order of address, merged into runs. A run of entries costs one step, not one for
/// each entry.
/// </summary>
public static class LeafEnumeration
{
    /// <param name="start">The address of the root's entry 0: 0, or −2^VaBits for the upper half.</param>
    public static IEnumerable<LeafSequence> Leaves(
        TranslationGeometry geometry, TranslationTable root, VirtualAddress start)
    {
        LeafSequence? open = null;
        foreach (var run in Pieces(geometry, root, start))
        {
            if (open is { } o && o.ContinuesWith(run, geometry))
            {
                open = o with { Count = o.Count + run.Count };
                continue;
            }

            if (open is { } done)
                yield return done;
            open = run;
        }

        if (open is { } last)
            yield return last;
    }

    /// <summary>The root and every table below it; a table comes before the tables that it leads to.</summary>
    public static IEnumerable<TranslationTable> Tables(TranslationTable root)
    {
        var stack = new Stack<(TranslationTable Table, int Index)>();
        yield return root;
        stack.Push((root, 0));
        while (stack.TryPop(out var at))
        {
            var (table, index) = at;
            while (index < table.Count)
            {
                if (table.Child(index) is { } child)
                {
                    yield return child;
                    stack.Push((table, index + 1));
                    stack.Push((child, 0));
                    break;
                }

                index += table.RunFrom(index);
            }
        }
    }

    /// <summary>
    /// Counts the root and the tables below it that translate only addresses among the first <paramref name="bytes"/>
    /// bytes, by level; a level may come up several times. A run of tables costs one step.
    /// </summary>
    public static IEnumerable<(Level Level, long Count)> CountTables(
        TranslationGeometry geometry, TranslationTable root, ulong bytes)
    {
        var stack = new Stack<(TranslationTable Table, int Index, ulong Offset)>();
        yield return (root.Level, 1);
        stack.Push((root, 0, 0));
        while (stack.TryPop(out var at))
        {
            var (table, index, offset) = at;
            ulong size = geometry.Size(table.Level);
            while (index < table.Count)
            {
                ulong below = offset + (ulong)index * size;
                long room = (long)((bytes - Math.Min(bytes, below)) / size);
                if (room == 0)
                    break;
                new TableView(table).Read(index, out var next);
                if (next.Object is { } child)
                {
                    yield return (child.Level, 1);
                    stack.Push((table, index + 1, offset));
                    stack.Push((child, 0, below));
                    break;
                }

                int count = table.RunFrom(index);
                if (!next.IsNone)
                    yield return (table.Level.Next, Math.Min(count, room));
                index += count;
            }
        }
    }

    // The address bits must advance linearly: a run across a 2^48 or 2^50 boundary of FEAT_LPA or FEAT_LPA2 is not one.
    private static int LeavesFrom(TranslationGeometry geometry, PatchedTable table, int index, Descriptor first)
    {
        ulong size = geometry.Size(table.Level);
        int count = table.LeavesFrom(index, size);
        var last = table[index + count - 1];
        return last.OutputAddress(geometry, table.Level)
            == first.OutputAddress(geometry, table.Level) + (ulong)(count - 1) * size ? count : 1;
    }

    private static IEnumerable<LeafSequence> Pieces(
        TranslationGeometry geometry, TranslationTable root, VirtualAddress start)
    {
        var stack = new Stack<(TranslationTable Table, VirtualAddress Base, int Index)>();
        stack.Push((root, start, 0));
        while (stack.TryPop(out var at))
        {
            var (table, origin, index) = at;
            while (index < table.Count)
            {
                var va = origin + (ulong)index * geometry.Size(table.Level);
                var word = new TableView(table).Read(index, out var next);
                if (next.Object is { } child)
                {
                    stack.Push((table, origin, index + 1));
                    stack.Push((child, va, 0));
                    break;
                }

                int count = table.RunFrom(index);
                if (!next.IsNone)
                    yield return next.LeavesOfRuns(va, count);
                else if (!word.IsNone)
                {
                    if (count == 1 && table is PatchedTable written)
                        count = LeavesFrom(geometry, written, index, word);
                    yield return new(va, table.Level, count, word);
                }

                index += count;
            }
        }
    }
}

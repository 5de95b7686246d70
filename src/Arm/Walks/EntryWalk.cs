using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Arm.Walks;

/// <summary>
/// Consecutive entries of one table that lead to no table: leaves whose words differ only in the output address, or
/// zero words.
/// </summary>
/// <param name="Start">The first address that the entries translate.</param>
/// <param name="First">The word of the first entry; zero where nothing is mapped.</param>
public readonly record struct EntrySequence(VirtualAddress Start, Level Level, int Count, Descriptor First);

/// <summary>Visits all entries that lead to no table, mapped or not, in order of address.</summary>
public static class EntryWalk
{
    /// <param name="start">The address of the root's entry 0: 0, or −2^VaBits for the upper half.</param>
    public static IEnumerable<EntrySequence> Entries(
        TranslationGeometry geometry, TranslationTable root, VirtualAddress start)
    {
        var stack = new Stack<(TranslationTable Table, VirtualAddress Base, int Index)>();
        stack.Push((root, start, 0));
        while (stack.TryPop(out var at))
        {
            var (table, origin, index) = at;
            if (table is SequenceTable run)
            {
                yield return new(origin, run.Level, run.Count, run.First);
                continue;
            }

            while (index < table.Count)
            {
                var va = origin + (ulong)index * geometry.Size(table.Level);
                if (table.Child(index) is { } child)
                {
                    stack.Push((table, origin, index + 1));
                    stack.Push((child, va, 0));
                    break;
                }

                int first = index++;
                if (table[first].IsNone)
                {
                    while (index < table.Count && table[index].IsNone)
                        index++;
                }

                yield return new(va, table.Level, index - first, table[first]);
            }
        }
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>
/// A translation table as plain arrays, one word and one place for a child for each entry: what the compact ones must
/// equal.
/// </summary>
internal sealed class NaiveTable
{
    private NaiveTable(PhysicalAddress address, Level level, int count)
    {
        Address = address;
        Level = level;
        Words = new ulong[count];
        Children = new NaiveTable?[count];
    }

    public PhysicalAddress Address { get; }

    public Level Level { get; }

    public ulong[] Words { get; }

    public NaiveTable?[] Children { get; }

    /// <summary>What a table holds now, asked for entry by entry.</summary>
    public static NaiveTable Of(TranslationTable table)
    {
        var naive = new NaiveTable(table.Address, table.Level, table.Count);
        for (int i = 0; i < table.Count; i++)
        {
            naive.Words[i] = table[i].Bits;
            naive.Children[i] = table.Child(i) is { } child ? Of(child) : null;
        }

        return naive;
    }

    public NaiveTable Clone()
    {
        var copy = new NaiveTable(Address, Level, Words.Length);
        Words.CopyTo(copy.Words, 0);
        for (int i = 0; i < Children.Length; i++)
            copy.Children[i] = Children[i]?.Clone();
        return copy;
    }

    public void MustEqual(TranslationTable table)
    {
        Assert.Equal((Address, Level, Words.Length), (table.Address, table.Level, table.Count));
        for (int i = 0; i < Words.Length; i++)
        {
            if (Words[i] != table[i].Bits)
                Assert.Fail($"entry {i} of level {Level}: expected 0x{Words[i]:x}, found {table[i]}");
            if (Children[i] is null != table.Child(i) is null)
                Assert.Fail(
                    $"entry {i} of level {Level}: a table below is {(Children[i] is null ? "not " : "")}expected");
            if (Children[i] is { } child)
                child.MustEqual(table.Child(i)!);
        }
    }

    /// <summary>This table and those below, each before its children.</summary>
    public IEnumerable<NaiveTable> Tables() => Children.OfType<NaiveTable>().SelectMany(c => c.Tables()).Prepend(this);

    /// <summary>The leaves one by one, merged with their neighbours.</summary>
    public IReadOnlyList<LeafSequence> Leaves(TranslationGeometry geometry, VirtualAddress start)
    {
        var runs = new List<LeafSequence>();
        foreach (var leaf in Entries(geometry, start))
        {
            if (runs.Count > 0 && runs[^1].ContinuesWith(leaf, geometry))
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            else
                runs.Add(leaf);
        }

        return runs;
    }

    private IEnumerable<LeafSequence> Entries(TranslationGeometry geometry, VirtualAddress start)
    {
        for (int i = 0; i < Words.Length; i++)
        {
            var va = start + (ulong)i * geometry.Size(Level);
            if (Children[i] is { } child)
            {
                foreach (var leaf in child.Entries(geometry, va))
                    yield return leaf;
            }
            else if (Words[i] != 0)
            {
                yield return new(va, Level, 1, new(Words[i]));
            }
        }
    }
}

using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Tests.Truth;

/// <summary>The architecture's room against page tables of real kernels, word for word.</summary>
public class RealTableTests
{
    [Fact]
    public void There_are_boots_to_compare_with() => Assert.True(TruthFolder.Boots.Count >= 20);

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void The_linear_map_decodes_to_what_an_independent_decoder_read(string name)
    {
        var boot = RealBoot.Open(name);

        Assert.Equal(boot.Lines, LeavesText.Lines(boot.Map(MapRange.Linear)).Skip(1));
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void The_registers_give_the_geometry_of_the_machine(string name)
    {
        var (read, known) = (RealBoot.Open(name).Geometry, RealBoot.Machine(name).Geometry);

        Assert.Equal((known.Granule, known.VaBits, known.Format), (read.Granule, read.VaBits, read.Format));
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void Every_table_page_of_the_dump_is_reached_once(string name)
    {
        var boot = RealBoot.Open(name);

        var tables = LeafEnumeration.Tables(boot.Memory.Root(boot.Root)!).Select(t => t.Address).ToList();

        Assert.Equal(boot.TablePageCount, tables.Distinct().Count());
        Assert.Equal(boot.TablePageCount, tables.Count);
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void Every_leaf_is_its_address_attributes_and_contiguous_bit_put_together_again(string name)
    {
        var boot = RealBoot.Open(name);
        var geometry = boot.Geometry;
        int leaves = 0;
        foreach (var (level, word) in Words(boot))
        {
            var kind = word.Kind(geometry, level);
            // A kernel never leaves a reserved word, and what it wrote as a leaf is one here.
            Assert.NotEqual(DescriptorKind.Reserved, kind);
            if (kind is not (DescriptorKind.Block or DescriptorKind.Page))
                continue;
            leaves++;
            Assert.Equal(word, Descriptor.Leaf(geometry, level, word.OutputAddress(geometry, level),
                word.Attributes(geometry, level), word.Contiguous));
        }

        Assert.True(leaves > 0);
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void A_walk_agrees_with_every_line(string name)
    {
        var boot = RealBoot.Open(name);
        foreach (string[] line in boot.Lines.Select(l => l.Split('\t')))
        {
            ulong start = Convert.ToUInt64(line[0], 16), end = Convert.ToUInt64(line[1], 16), pa =
                Convert.ToUInt64(line[2], 16);
            foreach (ulong va in (ulong[])[start, start + (end - start) / 2, end - 1])
            {
                var walk = TableWalker.Walk(boot.Memory, boot.Root, new(va));

                Assert.Equal(line[6] == "1" ? WalkFault.None : WalkFault.Translation, walk.Fault);
                Assert.Equal(line[3], walk.Level.ToString());
                ulong offset = va & (boot.Geometry.Size(walk.Level) - 1);
                Assert.Equal(pa + (va - start), walk.Leaf.OutputAddress(boot.Geometry, walk.Level).Value + offset);
            }
        }
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public void A_table_that_one_run_fills_is_that_run(string name)
    {
        var boot = RealBoot.Open(name);
        var geometry = boot.Geometry;
        int compressed = 0, dense = 0;
        foreach (var table in LeafEnumeration.Tables(boot.Memory.Root(boot.Root)!)
            .Where(t => t.Level == Level.L3 && !t[0].IsNone))
        {
            var pieces = LeafEnumeration.Leaves(geometry, table, new(0)).ToList();
            bool one = pieces.Count == 1 && pieces[0].Count == table.Count;
            var run = SequenceTable.Leaves(geometry, table.Address, Level.L3, table[0])!;
            bool same = Enumerable.Range(0, table.Count).All(i => run[i] == table[i]);
            Assert.Equal(one, same);
            (compressed, dense) = one ? (compressed + 1, dense) : (compressed, dense + 1);
        }

        Assert.True(compressed + dense > 0);
    }

    private static IEnumerable<(Level Level, Descriptor Word)> Words(RealBoot boot) =>
        LeafEnumeration.Tables(boot.Memory.Root(boot.Root)!)
            .SelectMany(t => Enumerable.Range(0, t.Count).Where(i => t.Child(i) is null).Select(i => (t.Level, t[i])));
}

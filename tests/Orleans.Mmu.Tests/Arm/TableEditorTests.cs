using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>What was published never changes, and what did not change is shared.</summary>
public class TableEditorTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart;
    private static readonly PhysicalAddress Pa = new(0x8000_0000);

    [Fact]
    public void An_edit_leaves_the_published_tables_as_they_were()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var before = map.Publish();

        var after = map.Map(Va, Level.L3, Pa + 0x1000).Publish();

        Assert.Equal(Pa, Translate(before, map.Root, Va));
        Assert.Equal(Pa + 0x1000, Translate(after, map.Root, Va));
        Assert.Equal([1L, 2L], [before.Version, after.Version]);
    }

    [Fact]
    public void Only_tables_on_the_way_to_the_change_are_copied()
    {
        var other = Va + (1UL << 30);
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa).Map(other, Level.L3, Pa);
        var before = map.Publish();

        var after = map.Map(Va, Level.L3, Pa + 0x1000).Publish();

        TranslationTable? old = before.Root(map.Root), fresh = after.Root(map.Root);
        Assert.NotSame(old, fresh);
        old = old!.Child(0);
        fresh = fresh!.Child(0);
        Assert.NotSame(old, fresh);
        Assert.NotSame(old!.Child(0), fresh!.Child(0));
        Assert.Same(old.Child(1), fresh.Child(1));
    }

    [Fact]
    public void Within_a_session_a_table_is_copied_once()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        map.Publish();

        var first = map.TableFor(Va, Level.L3);
        map.Map(Va + 0x1000, Level.L3, Pa);

        Assert.Same(first, map.TableFor(Va, Level.L3));
    }

    [Fact]
    public void A_published_table_refuses_a_write()
    {
        var map = new TestMap(Geometry);
        var table = map.TableFor(Va, Level.L3);
        var root = map.Editor.EditRoot(map.Root);
        map.Publish();

        Assert.Throws<InvalidOperationException>(() => map.Editor.Write(table, 0, Descriptor.Invalid));
        Assert.Throws<InvalidOperationException>(() => map.Editor.Write(root, 0, Descriptor.Invalid));
    }

    [Fact]
    public void A_table_of_one_editor_refuses_another()
    {
        var table = new TableEditor(Geometry).NewTable(Pa, Level.L3);

        Assert.Throws<InvalidOperationException>(() => new TableEditor(Geometry).Write(table, 0, Descriptor.Invalid));
    }

    [Fact]
    public void Descriptor_and_child_must_agree()
    {
        var map = new TestMap(Geometry);
        var table = map.TableFor(Va, Level.L2);
        var child = map.NewTable(Level.L3);
        var leaf = Descriptor.Leaf(Geometry, Level.L2, Pa, LeafAttributes.Data(Geometry, 1, false), false);
        var link = Descriptor.Table(Geometry, child.Address, 0);
        var elsewhere = Descriptor.Table(Geometry, Pa, 0);

        Assert.Throws<InvalidOperationException>(() => map.Editor.Write(table, 0, link));
        Assert.Throws<InvalidOperationException>(() => map.Editor.Write(table, 0, leaf, child));
        Assert.Throws<InvalidOperationException>(() => map.Editor.Write(table, 0, Descriptor.Invalid, child));
        Assert.Throws<InvalidOperationException>(() => map.Editor.Write(table, 0, elsewhere, child));
        map.Editor.Write(table, 0, link, child);
        Assert.Same(child, table.Child(0));
    }

    [Fact]
    public void A_child_must_be_a_table_of_the_next_level()
    {
        var map = new TestMap(Geometry);
        var table = map.TableFor(Va, Level.L1);
        var child = map.NewTable(Level.L3);

        Assert.Throws<InvalidOperationException>(() =>
            map.Editor.Write(table, 0, Descriptor.Table(Geometry, child.Address, 0), child));
    }

    [Fact]
    public void A_page_descriptor_at_the_last_level_needs_no_child()
    {
        // Type 0b11 is a table everywhere else.
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);

        Assert.Null(map.TableFor(Va, Level.L3).Child(0));
    }

    [Fact]
    public void A_block_over_a_table_takes_the_table_away()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var split = map.Publish();

        var joined = map.Map(Va, Level.L2, Pa).Publish();

        Assert.Null(map.TableFor(Va, Level.L2).Child(0));
        Assert.Equal(Level.L3, TableWalker.Walk(split, map.Root, Va).Level);
        Assert.Equal(Level.L2, TableWalker.Walk(joined, map.Root, Va).Level);
    }

    [Fact]
    public void Editing_goes_on_from_a_snapshot()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var first = map.Publish();
        var editor = new TableEditor(first);

        editor.Write(editor.EditRoot(map.Root), 1, new(0x40));
        var second = editor.Publish();

        Assert.Equal(2, second.Version);
        Assert.True(first.Root(map.Root)![1].IsNone);
        Assert.Same(first.Root(map.Root)!.Child(0), second.Root(map.Root)!.Child(0));
    }

    [Fact]
    public void Roots_are_found_by_address_and_listed_in_order()
    {
        var editor = new TableEditor(Geometry);
        var high = SequenceTable.Empty(Geometry, new(0x2000), Level.L0);
        var low = SequenceTable.Empty(Geometry, new(0x1000), Level.L0);
        editor.AddRoot(high);
        editor.AddRoot(low);

        var memory = editor.Publish();

        Assert.Equal([0x1000UL, 0x2000UL], memory.Roots.Select(r => r.Address.Value));
        Assert.Same(high, memory.Root(new(0x2000)));
        Assert.Null(memory.Root(new(0x3000)));
        Assert.Throws<KeyNotFoundException>(() => editor.EditRoot(new(0x3000)));
    }

    [Fact]
    public void An_entry_that_leads_to_no_table_has_no_child_to_edit()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L2, Pa);

        Assert.Throws<InvalidOperationException>(() => map.Editor.EditChild(map.TableFor(Va, Level.L2), 0));
    }

    private static PhysicalAddress Translate(TableSnapshot memory, PhysicalAddress root, VirtualAddress va)
    {
        var walk = TableWalker.Walk(memory, root, va);
        Assert.True(walk.IsTranslation);
        return walk.Leaf.OutputAddress(memory.Geometry, walk.Level);
    }
}

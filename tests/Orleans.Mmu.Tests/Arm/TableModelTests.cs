using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>
/// Random writes, links, dissolved groups and publications: every snapshot holds what plain arrays held at that moment.
/// </summary>
public class TableModelTests
{
    private enum Kind
    {
        Write,
        Zero,
        NewTable,
        Run,
        TableOfRuns,
        ClearContiguous,
        Leaves,
        Publish,
        Reopen,
    }

    private readonly record struct Edit(Kind Kind, ulong Path, ulong Word);

    private static readonly Gen<(TranslationGeometry Geometry, Edit[] Edits)> Sessions =
        Gen.Select(Geometries.Any, Gen.Select(
            Gen.Frequency((6, Gen.Const(Kind.Write)), (1, Gen.Const(Kind.Zero)), (2, Gen.Const(Kind.NewTable)),
                (3, Gen.Const(Kind.Run)), (1, Gen.Const(Kind.TableOfRuns)),
                (3, Gen.Const(Kind.ClearContiguous)), (3, Gen.Const(Kind.Leaves)),
                (2, Gen.Const(Kind.Publish)), (1, Gen.Const(Kind.Reopen))),
            Gen.ULong, Gen.ULong).Select((kind, path, word) => new Edit(kind, path, word)).Array[1, 60]);

    [Fact]
    public void Every_snapshot_holds_what_arrays_held_when_it_was_published() =>
        Sessions.ForAll((geometry, edits) =>
        {
            foreach (var (tables, model) in Run(geometry, edits))
                model.MustEqual(tables.Roots[0]);
        }, iter: 60);

    [Fact]
    public void Leaves_and_tables_are_those_of_the_arrays() =>
        Sessions.ForAll((geometry, edits) =>
        {
            foreach (var (tables, model) in Run(geometry, edits))
            {
                Assert.Equal(model.Leaves(geometry, geometry.UpperHalfStart),
                    LeafEnumeration.Leaves(geometry, tables.Roots[0], geometry.UpperHalfStart));
                Assert.Equal(
                    model.Tables().Select(t => (t.Address, t.Level)), LeafEnumeration.Tables(tables.Roots[0])
                        .Select(t => (t.Address, t.Level)));
            }
        }, iter: 60);

    [Fact]
    public void Bytes_bring_back_the_words_the_tables_and_the_same_bytes() =>
        Sessions.ForAll((geometry, edits) =>
        {
            var (tables, model) = Run(geometry, edits)[^1];
            byte[] bytes = TableSnapshotCodec.Encode(tables);

            var read = TableSnapshotCodec.Decode(bytes);

            model.MustEqual(read.Roots[0]);
            Assert.Equal(bytes, TableSnapshotCodec.Encode(read));
        }, iter: 60);

    private static List<(TableSnapshot Tables, NaiveTable Model)> Run(TranslationGeometry geometry, Edit[] edits)
    {
        var editor = new TableEditor(geometry);
        ulong next = 1UL << 40;
        PhysicalAddress Page() => new(next += geometry.Granule.PageSize);
        var root = editor.NewTable(Page(), geometry.StartLevel);
        editor.AddRoot(root);
        var model = NaiveTable.Of(root);
        var published = new List<(TableSnapshot, NaiveTable)>();
        foreach (var edit in edits.Append(new(Kind.Publish, 0, 0)))
        {
            if (edit.Kind is Kind.Publish or Kind.Reopen)
            {
                published.Add((editor.Publish(), model.Clone()));
                editor = edit.Kind == Kind.Publish ? editor : new TableEditor(published[^1].Item1);
                continue;
            }

            Apply(editor, edit, model, Page);
        }

        return published;
    }

    // Down from the root for as long as there are tables, or not so long; then one edit.
    private static void Apply(TableEditor editor, Edit edit, NaiveTable model, Func<PhysicalAddress> page)
    {
        var geometry = editor.Geometry;
        var table = editor.EditRoot(model.Address);
        ulong path = edit.Path;
        int index = Index(ref path, table.Count);
        while (model.Children[index] is { } below && (path & 3) != 0)
        {
            table = editor.EditChild(table, index);
            model = below;
            path >>= 2;
            index = Index(ref path, table.Count);
        }

        var level = table.Level;
        switch (edit.Kind)
        {
            case Kind.Zero:
                Put(Descriptor.Invalid, null);
                break;
            case Kind.Write:
                // Any word but that of a table.
                Put(new(level.IsLast || (edit.Word & 3) != 3 ? edit.Word : edit.Word & ~2UL), null);
                break;
            case Kind.ClearContiguous:
                int count = (int)(edit.Word % 40) % (table.Count - index);
                editor.ClearContiguous(table, index, count);
                for (int i = index; i < index + count; i++)
                    model.Words[i] &= model.Children[i] is null ? ~(1UL << 52) : ulong.MaxValue;
                break;
            case Kind.Leaves when level.IsLast:
                var (start, room) = (edit.Word | 3, (int)(edit.Word >> 20 & 63) % (table.Count - index) + 1);
                editor.WriteLeaves(table, index, room, new(start), geometry.Size(level));
                for (int i = 0; i < room; i++)
                    model.Words[index + i] = start + (ulong)i * geometry.Size(level);
                break;
            case Kind.NewTable when !level.IsLast:
                var empty = editor.NewTable(page(), level.Next);
                Put(Descriptor.Table(geometry, empty.Address, 1UL << 52), empty);
                break;
            case Kind.Run when !level.IsLast && (level.Next.IsLast || geometry.AllowsBlock(level.Next)):
                var pa = new PhysicalAddress(edit.Word & ((1UL << geometry.PaBits) - 1)).AlignDown(
                    geometry.Size(level));
                var first = Descriptor.Leaf(
                    geometry, level.Next, pa, LeafAttributes.Data(geometry, 1, false), (edit.Word & 1) != 0);
                if (SequenceTable.Leaves(geometry, page(), level.Next, first) is { } run)
                    Put(Descriptor.Table(geometry, run.Address, 0), run);
                break;
            case Kind.TableOfRuns when level < Level.L2 && geometry.Granule == Granule.K4:
                var leaf = Descriptor.Leaf(geometry, Level.L3, new(edit.Word & 0xff_c000_0000),
                    LeafAttributes.Data(geometry, 1, false), (edit.Word & 1) != 0);
                var below = Descriptor.Table(geometry, new(1UL << 41 | edit.Word >> 8 & 0xffff_f000), 0);
                if (level == Level.L1
                    && TableOfSequences.Leaves(geometry, page(), Level.L2, below, (
                        edit.Word & 2) != 0, leaf) is { } tables)
                    Put(Descriptor.Table(geometry, tables.Address, 0), tables);
                break;
        }

        void Put(Descriptor word, TranslationTable? child)
        {
            editor.Write(table, index, word, child);
            model.Words[index] = word.Bits;
            model.Children[index] = child is null ? null : NaiveTable.Of(child);
        }
    }

    // Mostly a few entries, so that edits meet; sometimes any.
    private static int Index(ref ulong path, int count)
    {
        int index = (int)((path & 4) == 0 ? path >> 8 & 0xffff : path >> 8 & 3) % count;
        path >>= 11;
        return index;
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// Changes translation tables without touching published ones: the first write to a table copies it, later writes of
/// the same session are in place, and <see cref="Publish"/> freezes the result. A session costs one copy for each table
/// that it writes, however often.
/// </summary>
public sealed class TableEditor
{
    private readonly Dictionary<PhysicalAddress, TranslationTable> _roots = [];
    private object _session = new();
    private long _version;

    public TableEditor(TranslationGeometry geometry)
    {
        Geometry = geometry;
    }

    public TableEditor(TableSnapshot snapshot)
        : this(snapshot.Geometry)
    {
        _version = snapshot.Version;
        foreach (var root in snapshot.Roots)
            _roots[root.Address] = root;
    }

    public TranslationGeometry Geometry { get; }

    /// <summary>Adds or replaces a root table.</summary>
    public void AddRoot(TranslationTable root) => _roots[root.Address] = root;

    /// <summary>A new table whose entries are all invalid, writable in this session.</summary>
    public PatchedTable NewTable(PhysicalAddress address, Level level) =>
        new(address, level, Geometry.Entries(level), _session);

    /// <summary>The root at an address in its current state, for reading.</summary>
    /// <exception cref="KeyNotFoundException">There is no root at the address.</exception>
    public TranslationTable Root(PhysicalAddress address) => _roots[address];

    /// <summary>The root at an address, writable.</summary>
    /// <exception cref="KeyNotFoundException">There is no root at the address.</exception>
    public PatchedTable EditRoot(PhysicalAddress address)
    {
        var root = _roots[address];
        var writable = Writable(root);
        if (!ReferenceEquals(writable, root))
            _roots[address] = writable;
        return writable;
    }

    /// <summary>The table below an entry, writable; the entry must be a table descriptor.</summary>
    public PatchedTable EditChild(PatchedTable parent, int index)
    {
        var child = parent.Child(index) ?? throw new InvalidOperationException("the entry leads to no table");
        var writable = Writable(child);
        if (!ReferenceEquals(writable, child))
            Write(parent, index, parent[index], writable);
        return writable;
    }

    /// <summary>
    /// One single-copy atomic store of a descriptor (R_YKQTS), together with the table that a table descriptor leads
    /// to.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The table is published, or the descriptor and the child do not belong together.
    /// </exception>
    public void Write(PatchedTable table, int index, Descriptor descriptor, TranslationTable? child = null)
    {
        MustBeWritable(table);
        bool isTable = descriptor.Kind(Geometry, table.Level) == DescriptorKind.Table;
        if (isTable != child is not null
            || (child is not null
            && (child.Address != descriptor.NextTable(Geometry) || child.Level != table.Level.Next)))
        {
            throw new InvalidOperationException("a table descriptor and the table it leads to must agree");
        }

        table.Write(index, descriptor, child);
    }

    /// <summary>
    /// Stores leaves of consecutive memory in a last-level table: one store for each, but cheaper than separate writes.
    /// </summary>
    /// <param name="first">The leaf of the first of these entries.</param>
    /// <param name="stride">The difference between a leaf and the next, as words.</param>
    /// <exception cref="InvalidOperationException">The table is published, or is not of the last level.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such entries.</exception>
    public void WriteLeaves(PatchedTable table, int index, int count, Descriptor first, ulong stride)
    {
        MustBeWritable(table);
        if (!table.Level.IsLast)
            throw new InvalidOperationException("an entry above the last level may be a table descriptor");
        MustBeEntries(table, index, count);
        table.WriteLeaves(index, count, first, stride);
    }

    /// <summary>
    /// Clears the Contiguous bit of every leaf in a range of entries: one store for each, but cheaper than separate
    /// writes.
    /// </summary>
    /// <exception cref="InvalidOperationException">The table is published.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such entries.</exception>
    public void ClearContiguous(PatchedTable table, int index, int count)
    {
        MustBeWritable(table);
        MustBeEntries(table, index, count);
        table.ClearContiguous(index, count);
    }

    /// <summary>Freezes everything written so far and makes it the next version.</summary>
    public TableSnapshot Publish()
    {
        _session = new object();
        return new TableSnapshot(Geometry, ++_version, [.. _roots.Values.OrderBy(r => r.Address)]);
    }

    private static void MustBeEntries(PatchedTable table, int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)table.Count, nameof(index));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(table.Count - index), nameof(count));
    }

    private void MustBeWritable(PatchedTable table)
    {
        if (!ReferenceEquals(table.Owner, _session))
            throw new InvalidOperationException("a published table cannot be written");
    }

    private PatchedTable Writable(TranslationTable table) =>
        table is PatchedTable dense && ReferenceEquals(dense.Owner, _session) ? dense
            : new PatchedTable(table, _session);
}

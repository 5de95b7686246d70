using System.Buffers.Binary;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Memory;

/// <summary>
/// Reads the tables below a root from memory, each at most once, so that the size of the dump bounds the work whatever
/// its entries say. What is wrong with an entry becomes a finding, and the walk goes on behind it.
/// </summary>
internal sealed class MemoryWalk
{
    private readonly IPhysicalMemory _memory;
    private readonly UpperRegime _regime;
    private readonly FindingList _findings;
    private readonly Dictionary<PhysicalAddress, bool> _isUniform = [];
    private readonly HashSet<PhysicalAddress> _path = [];
    private readonly SortedDictionary<Level, long> _tables = [];

    public MemoryWalk(IPhysicalMemory memory, UpperRegime regime, FindingList findings) =>
        (_memory, _regime, _findings) = (memory, regime, findings);

    /// <summary>Tables that were read, by level.</summary>
    public IReadOnlyDictionary<Level, long> Tables => _tables;

    /// <summary>Entries that lead to a table again whose entries are all the same: KASAN's early shadow.</summary>
    public long SharedOnPurpose { get; private set; }

    /// <summary>Tables whose bytes the dump leaves out, as it may leave out pages that are all zero.</summary>
    public long LeftOut { get; private set; }

    private TranslationGeometry Geometry => _regime.Geometry;

    /// <summary>The leaves in order of address, one for each entry.</summary>
    public IEnumerable<AuditedLeaves> Leaves()
    {
        var stack = new Stack<TableFrame>();
        var start = Geometry.UpperHalfStart;
        if (Enter(_regime.Ttbr.RootAddress, Geometry.StartLevel, start, default, "TTBR1_EL1") is { } root)
            stack.Push(root);
        while (stack.TryPeek(out var frame))
        {
            if (frame.Index == frame.Count)
            {
                _path.Remove(frame.Address);
                stack.Pop();
                continue;
            }

            var (word, at) = (frame.Word(frame.Index), frame.AddressOf(Geometry, frame.Index));
            frame.Index++;
            if (word.IsNone)
                continue;
            var kind = word.Kind(Geometry, frame.Level);
            if (kind == DescriptorKind.Table)
            {
                if (Child(frame, word, at) is { } child)
                    stack.Push(child);
            }
            else if (IsLeaf(frame, kind, word, at))
            {
                yield return new(new(at, frame.Level, 1, word), frame.Above, 0);
            }
        }
    }

    private TableFrame? Child(TableFrame frame, Descriptor word, VirtualAddress at)
    {
        var end = at + Geometry.Size(frame.Level);
        var table = word.NextTable(Geometry);
        string entry = $"entry {frame.Index - 1} of the level {frame.Level} table at {frame.Address}";
        if ((word.Bits & ReservedBits.OfTable(Geometry)) != 0)
            _findings.Add(AuditRule.ReservedBits, at, end, $"{entry} is {word}, a table with RES0 bits set");
        if (table.Value >> _regime.PaBits != 0)
        {
            _findings.Add(AuditRule.OutputBeyondPa, at, end, $"{entry} leads to {table}, beyond {Size()}");
            return null;
        }

        if (_path.Contains(table))
        {
            _findings.Add(AuditRule.TableReachedTwice, at, end,
                $"{entry} leads back to {table}, a table on the way to it");
            return null;
        }

        if (_isUniform.TryGetValue(table, out bool isUniform))
        {
            if (isUniform)
                SharedOnPurpose++;
            else
                _findings.Add(AuditRule.TableReachedTwice, at, end,
                    $"{entry} leads to {table}, a table that another entry leads to");
            return null;
        }

        return Enter(table, frame.Level.Next, at, frame.Above.Or(TableAttributes.Of(word)), entry);
    }

    private TableFrame? Enter(PhysicalAddress table, Level level, VirtualAddress at, TableAttributes above, string from)
    {
        int count = Geometry.Entries(level);
        byte[] words = new byte[count * 8];
        var end = level == Geometry.StartLevel ? new VirtualAddress(0) : at + Geometry.Size(level) * (ulong)count;
        switch (_memory.Read(table, words))
        {
            case PhysicalPiece.LeftOut:
                LeftOut++;
                return null;
            case PhysicalPiece.Outside:
                _findings.Add(AuditRule.TableOutsideDump, at, end,
                    $"{from} leads to {table}, where the dump has no memory");
                return null;
        }

        _isUniform.Add(table, IsUniform(words));
        _path.Add(table);
        _tables[level] = _tables.GetValueOrDefault(level) + 1;
        return new(words, table, level, at, above);
    }

    private bool IsLeaf(TableFrame frame, DescriptorKind kind, Descriptor word, VirtualAddress at)
    {
        if (kind == DescriptorKind.Invalid)
            return true;
        var end = at + Geometry.Size(frame.Level);
        if (kind == DescriptorKind.Reserved || (word.Bits & ReservedBits.OfLeaf(Geometry, frame.Level)) != 0)
        {
            _findings.Add(AuditRule.ReservedBits, at, end,
                $"entry {frame.Index - 1} of the level {frame.Level} table at {frame.Address} is {word}, "
                + (kind == DescriptorKind.Reserved ? "a block at a level without blocks" : "with RES0 bits set"));
        }

        if (kind == DescriptorKind.Reserved)
            return false;
        var output = word.OutputAddress(Geometry, frame.Level);
        if (output.Value >> _regime.PaBits != 0)
            _findings.Add(AuditRule.OutputBeyondPa, at, end, $"maps {output}, beyond {Size()}");
        return true;
    }

    private string Size() => $"the physical address size of {_regime.PaBits} bits";

    private static bool IsUniform(ReadOnlySpan<byte> words)
    {
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(words);
        return first != 0 && words.Length > 8 && words[8..].SequenceEqual(words[..^8]);
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>The pieces of one aligned group of entries, in order of address.</summary>
internal sealed class GroupInProgress
{
    // Members may differ in what a TLB does not keep, bits [58:55], and in what hardware writes: AF, and AP[2] where
    // DBM is set.
    private const ulong OwnBits = 1UL << 10 | 0xfUL << 55;
    private const ulong ReadOnlyBit = 1UL << 7;

    private readonly IAuditedMap _map;
    private readonly List<AuditedLeaves> _pieces = [];
    private readonly ulong _size;
    private VirtualAddress? _lastTable;
    private int _tables;

    /// <param name="at">Any address of the group.</param>
    public GroupInProgress(IAuditedMap map, Level level, VirtualAddress at)
    {
        _map = map;
        Level = level;
        _size = map.Geometry.ContiguousSize(level);
        Start = at.AlignDown(_size);
    }

    public Level Level { get; }

    public VirtualAddress Start { get; }

    public VirtualAddress End => Start + _size;

    /// <summary>The line of the first piece; 0 where there is none.</summary>
    public int Line => _pieces[0].Line;

    /// <summary>Whether an address, which is not below the group, lies in it.</summary>
    public bool Contains(VirtualAddress address) => address - Start < _size;

    public void Add(in AuditedLeaves piece) => _pieces.Add(piece);

    /// <summary>Leaves of a deeper level, which may begin before the group and end behind it: tables.</summary>
    /// <param name="last">The last address of the leaves.</param>
    public void AddTables(VirtualAddress start, VirtualAddress last)
    {
        ulong size = _map.Geometry.Size(Level);
        var first = (start > Start ? start : Start).AlignDown(size);
        var final = Contains(last) ? last.AlignDown(size) : Start + (_size - size);
        if (first == _lastTable)
            first += size;
        if (first > final)
            return;
        _tables += (int)((final - first) / size) + 1;
        _lastTable = final;
    }

    /// <summary>What is wrong with the group; null for nothing.</summary>
    public (AuditRule Rule, string Message)? Judge()
    {
        var geometry = _map.Geometry;
        int contiguous = (int)_pieces.Where(p => p.IsValid && p.First.Contiguous).Sum(p => p.Run.Count);
        if (contiguous == 0)
            return null;
        int single = (int)_pieces.Where(p => p.IsValid && !p.First.Contiguous).Sum(p => p.Run.Count);
        int members = geometry.Granule.ContiguousEntries(Level);
        string? mixed = contiguous < members ? $"{contiguous} of {members} members have the Contiguous bit, "
                + Rest(single, members - contiguous - single - _tables)
            : _pieces.Exists(p => Attributes(p.Run) != Attributes(_pieces[0].Run))
                ? $"all {members} members have the Contiguous bit, and their attributes differ" : null;
        if (mixed is not null)
            return (AuditRule.MixedContiguousGroup, $"{mixed} (level {Level})");
        return _map.HasOutputAddresses && !IsOnePiece()
            ? (AuditRule.MisalignedContiguousGroup, Misaligned(_pieces[0].First.OutputAddress(geometry, Level))) : null;
    }

    /// <summary>The message of a group that maps more than one piece of memory, or one that is not aligned.</summary>
    public static string Misaligned(PhysicalAddress output) =>
        $"the members do not map one piece of memory that is aligned to the group: the first maps {output}";

    private string Rest(int single, int invalid)
    {
        List<string> others = [];
        if (single > 0)
            others.Add($"{single} {(single == 1 ? "is" : "are")} valid without it");
        if (_tables > 0)
            others.Add(_tables == 1 ? "1 is a table" : $"{_tables} are tables");
        if (invalid > 0)
            others.Add(others.Count == 0 ? "the rest is invalid"
                : $"{invalid} {(invalid == 1 ? "is" : "are")} invalid");
        return string.Join(", ", others);
    }

    private bool IsOnePiece()
    {
        var output = _pieces[0].First.OutputAddress(_map.Geometry, Level);
        return output.IsAligned(_size) && _pieces.TrueForAll(p =>
            p.First.OutputAddress(_map.Geometry, Level) == output + (p.Start - Start));
    }

    private ulong Attributes(in LeafSequence run)
    {
        ulong bits = run.First.Bits & ~_map.Geometry.AddressBits(Level) & ~OwnBits;
        return run.First.Attributes(_map.Geometry, Level).DirtyBitModifier ? bits & ~ReadOnlyBit : bits;
    }
}

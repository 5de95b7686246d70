using System.Text;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// A row that is read word by word, because a mail program may have broken it at any blank: addresses, size, level,
/// then the fields of arm64's ptdump, in any order.
/// </summary>
internal struct RowInProgress
{
    private const ulong ReadOnlyMask = 1UL << 7;

    private ulong _start;
    private ulong _end;
    private ulong _bits;
    private ulong _seen;
    private int _words;
    private bool _isInvalid;
    private bool _isBlock;

    /// <summary>The line on which the row begins, from 1.</summary>
    public int Line { get; init; }

    /// <summary>Whether a memory type was read: nothing follows it.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether the row has more than addresses, size and level.</summary>
    public readonly bool HasFields => _words > 3;

    private int Name { get; set; }

    /// <summary>Takes the next word.</summary>
    /// <returns>What was expected instead; null where the word fits.</returns>
    public string? Take(ReadOnlySpan<byte> word)
    {
        _words++;
        return _words switch
        {
            1 => TakeAddresses(word) ? null : "a row such as \"0x…-0x…  2M PMD …\"",
            2 => TakeSize(word),
            3 => (Name = PtdumpLevels.IndexOf(word)) >= 0 ? null
                : $"{string.Join(", ", PtdumpLevels.Names)}, as arm64's ptdump names levels",
            _ => TakeField(word),
        };
    }

    /// <summary>The row, or what is missing in it.</summary>
    public readonly string? Finish(out DumpedRow row)
    {
        row = default;
        if (_words < 3)
            return _words < 2 ? "a size after the addresses" : "a level after the size";
        if (_words > 3)
        {
            if ((_seen & ReadOnlyMask) == 0)
                return "ro or RW";
            if ((_seen & 1UL << 53) == 0)
                return "NX or x";
            if (!_isInvalid && _isBlock == (Name == PtdumpLevels.Pte))
                return _isBlock ? "no BLK, because an entry of level PTE is a page"
                    : "BLK, because above level PTE only tables have none";
        }

        ulong bits = _words == 3 ? 0 : _bits | (_isInvalid ? DumpedRow.Unset : PtdumpFields.Valid)
            | (IsComplete ? 0 : PtdumpFields.UnknownType);
        row = new(_start, _end, bits, Line, (byte)Name);
        return null;
    }

    private bool TakeAddresses(ReadOnlySpan<byte> word)
    {
        int dash = word.IndexOf((byte)'-');
        return dash > 0 && TryAddress(word[..dash], out _start) && TryAddress(word[(dash + 1)..], out _end)
            && (_end > _start || _end == 0) && ((_start | _end) & 0x3ff) == 0;
    }

    private readonly string? TakeSize(ReadOnlySpan<byte> word) =>
        PtdumpSize.Parse(word) == unchecked(_end - _start) ? null
            : $"{PtdumpSize.Of(unchecked(_end - _start))}, which the addresses span";

    private string? TakeField(ReadOnlySpan<byte> word)
    {
        ulong mask = 0, value = 0;
        switch (word.Length)
        {
            case 1 when word[0] == 'x':
                mask = 1UL << 53;
                break;
            case 1 when word[0] == 'F':
                _isInvalid = true;
                return null;
            case 2:
                (mask, value) = (word[0], word[1]) switch
                {
                    ((byte)'R', (byte)'W') => (ReadOnlyMask, 0UL),
                    ((byte)'r', (byte)'o') => (ReadOnlyMask, ReadOnlyMask),
                    ((byte)'N', (byte)'X') => (1UL << 53, 1UL << 53),
                    ((byte)'A', (byte)'F') => (1UL << 10, 1UL << 10),
                    ((byte)'N', (byte)'G') => (1UL << 11, 1UL << 11),
                    ((byte)'G', (byte)'P') => (1UL << 50, 1UL << 50),
                    _ => (0UL, 0UL),
                };
                break;
            case 3:
                if (word.SequenceEqual("BLK"u8))
                {
                    _isBlock = true;
                    return null;
                }

                mask = value = word.SequenceEqual("SHD"u8) ? 3UL << 8 : word.SequenceEqual("CON"u8) ? 1UL << 52
                    : word.SequenceEqual("UXN"u8) ? 1UL << 54 : word.SequenceEqual("USR"u8) ? 1UL << 6 : 0;
                break;
            default:
                if (TypeIndex(word) is { } type)
                {
                    _bits |= type;
                    IsComplete = true;
                    return null;
                }

                break;
        }

        if (mask == 0 || (_seen & mask) != 0)
            return mask == 0 ? "a field of arm64's ptdump" : "each field once";
        _seen |= mask;
        _bits |= value;
        return null;
    }

    private static ulong? TypeIndex(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("MEM/NORMAL"u8))
            return 0;
        if (word.SequenceEqual("MEM/NORMAL-TAGGED"u8))
            return 1UL << 2;
        foreach (var field in PtdumpFields.MemoryTypes)
        {
            if (Encoding.ASCII.GetString(word) == field.Set)
                return field.Value;
        }

        return null;
    }

    private static bool TryAddress(ReadOnlySpan<byte> word, out ulong address)
    {
        address = 0;
        if (word.Length is < 3 or > 18 || word[0] != '0' || (word[1] | 0x20) != 'x')
            return false;
        foreach (byte letter in word[2..])
        {
            int digit = letter is >= (byte)'0' and <= (byte)'9' ? letter - '0'
                : (letter | 0x20) is >= 'a' and <= 'f' ? (letter | 0x20) - 'a' + 10 : -1;
            if (digit < 0)
                return false;
            address = address << 4 | (uint)digit;
        }

        return true;
    }
}

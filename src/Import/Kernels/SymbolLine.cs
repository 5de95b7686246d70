using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>A line "ADDRESS TYPE NAME" of System.map or /proc/kallsyms.</summary>
internal readonly ref struct SymbolLine
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private SymbolLine(ulong address, byte type, ReadOnlySpan<byte> name)
    {
        Address = address;
        Type = type;
        Name = name;
    }

    public ulong Address { get; }

    /// <summary>What nm prints: T and t for code.</summary>
    public byte Type { get; }

    /// <summary>The name; of a module's symbol, the module's name in brackets follows.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Whether a line is a symbol.</summary>
    // It is called for each of some 200,000 lines of one file, before the JIT compiler would optimize it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParse(ReadOnlySpan<byte> line, out SymbolLine symbol)
    {
        symbol = default;
        int space = line.IndexOf((byte)' ');
        // A digit of base 16 first, a letter for the type, a name.
        if (space is < 1 or > 16 || line.Length < space + 4 || line[space + 2] != (byte)' '
            || line[..space].ContainsAnyExcept(HexDigits)
            || !ulong.TryParse(line[..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong address))
            return false;
        symbol = new(address, line[space + 1], line[(space + 3)..]);
        return true;
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>
/// Reads System.map or /proc/kallsyms: a line "ADDRESS TYPE NAME" for each of some 200,000 symbols. Only the lines of
/// the symbols that are needed become strings.
/// </summary>
internal static class SymbolReader
{
    private static readonly byte[][] Wanted = [.. KernelSymbols.Names.Select(Encoding.UTF8.GetBytes)];

    // The first tier of the JIT compiler takes longer for one file than compiling these methods at once.
    /// <exception cref="InputException">The file has other lines, or none of the symbols.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static KernelSymbols Read(ImportFile file)
    {
        var found = new Dictionary<string, (ulong Address, int Line)>(StringComparer.Ordinal);
        bool hidden = true;
        var rest = file.Text();
        if (IsPlaceholder(rest))
            return new(file.Name, found,
                [$"{file.Name}:1: the file only says where the real System.map is (a package of debugging symbols)"]);
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int length = file.LengthOfLine(rest, number);
            hidden &= ReadLine(file, number, rest[..length], found);
            rest = length < rest.Length ? rest[(length + 1)..] : default;
        }

        if (found.Count == 0)
            throw file.Error(1, "expected the image's symbols, such as \"ffff800080000000 T _text\", found none");
        if (!hidden)
            CheckOrder(file, found);
        return !hidden ? new(file.Name, found, []) : new(file.Name, new Dictionary<string, (ulong, int)>(),
            [$"{file.Name}:1: every address is 0, as readers without CAP_SYSLOG get them: read it as root"]);
    }

    // The linker script has them in this order, and KASLR moves all of them alike.
    private static void CheckOrder(ImportFile file, Dictionary<string, (ulong Address, int Line)> found)
    {
        var inOrder = KernelSymbols.Names.Where(found.ContainsKey).ToList();
        foreach (var (lower, upper) in inOrder.Zip(inOrder.Skip(1)))
        {
            if (found[upper].Address < found[lower].Address)
                throw file.Error(
                    Math.Max(found[lower].Line, found[upper].Line),
                    $"expected {upper} at {lower} or above it, found {upper} at 0x{found[upper].Address:x} and "
                    + $"{lower} at 0x{found[lower].Address:x}");
        }
    }

    // Debian's kernels install a file of one line in place of System.map.
    private static bool IsPlaceholder(ReadOnlySpan<byte> text) =>
        text[..Math.Min(text.Length, 200)].IndexOf("The real System.map is in "u8) >= 0;

    /// <returns>Whether the address is 0.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool ReadLine(
        ImportFile file, int number, ReadOnlySpan<byte> line, Dictionary<string, (ulong, int)> found)
    {
        var text = line is [.., (byte)'\r'] ? line[..^1] : line;
        if (text.IsEmpty)
            return true;
        if (!SymbolLine.TryParse(text, out var symbol))
            throw file.Error(number, "expected a symbol such as \"ffff800080000000 T _text\", found "
                + TextLine.Quote(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 100)])));
        bool isZero = symbol.Address == 0;
        var name = symbol.Name;
        // So do all of the wanted names.
        if (name[0] != (byte)'_')
            return isZero;
        foreach (byte[] wanted in Wanted)
        {
            // A module's symbol is followed by the module's name, and none of these is one.
            if (name.SequenceEqual(wanted))
                found.TryAdd(Encoding.ASCII.GetString(wanted), (symbol.Address, number));
        }

        return isZero;
    }
}

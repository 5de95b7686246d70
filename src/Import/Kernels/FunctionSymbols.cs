using System.Text;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>The functions of a kernel, by System.map or /proc/kallsyms.</summary>
public sealed class FunctionSymbols
{
    private readonly byte[] _text;
    private readonly ulong[] _addresses;
    private readonly (int Start, int Length)[] _names;

    private FunctionSymbols(byte[] text, ulong[] addresses, (int Start, int Length)[] names)
    {
        _text = text;
        _addresses = addresses;
        _names = names;
        Array.Sort(_addresses, _names);
        Text = Array.FindIndex(_names, n => Bytes(n).SequenceEqual("_text"u8)) is >= 0 and var at
            ? _addresses[at] : null;
    }

    /// <summary>The address of the image's first byte, _text; null where the file does not name it.</summary>
    public ulong? Text { get; }

    /// <param name="file">The file's name in errors.</param>
    /// <param name="text">The file's contents; they are kept.</param>
    /// <exception cref="InputException">
    /// A line is no symbol, no symbol is a function, or every address is 0, as readers without CAP_SYSLOG get them.
    /// </exception>
    public static FunctionSymbols Read(string file, byte[] text)
    {
        var addresses = new List<ulong>();
        var names = new List<(int, int)>();
        int number = 0;
        bool hidden = true;
        for (int start = 0, end; start < text.Length; start = end + 1)
        {
            int length = text.AsSpan(start).IndexOf((byte)'\n');
            end = length < 0 ? text.Length : start + length;
            number++;
            var line = text.AsSpan(start, end - start).TrimEnd((byte)'\r');
            if (line.IsEmpty)
                continue;
            if (!SymbolLine.TryParse(line, out var symbol))
            {
                throw new InputException(
                    file, number, "expected a symbol such as \"ffff800080000000 T _text\", found "
                    + Texts.TextLine.Quote(Encoding.UTF8.GetString(line[..Math.Min(line.Length, 100)])));
            }

            hidden &= symbol.Address == 0;
            // "$x" and "$d" mark code and data for a debugger.
            if (symbol.Type is not ((byte)'t' or (byte)'T' or (byte)'w' or (byte)'W') || symbol.Name[0] == (byte)'$')
                continue;
            addresses.Add(symbol.Address);
            names.Add((start + line.Length - symbol.Name.Length, symbol.Name.Length));
        }

        if (addresses.Count == 0)
            throw new InputException(file, 1, "expected functions, such as \"ffff800080000000 T _text\", found none");
        if (hidden)
        {
            throw new InputException(
                file, 1, "expected the addresses of functions, found only 0, as readers without CAP_SYSLOG get them: "
                + "read it as root");
        }

        return new(text, [.. addresses], [.. names]);
    }

    /// <summary>
    /// The function that contains an address: the last one that begins at it or before; null for none.
    /// </summary>
    public string? Of(ulong address)
    {
        int at = Array.BinarySearch(_addresses, address);
        if (at < 0)
            at = ~at - 1;
        // Modules and the image are far apart from anything else.
        if (at < 0 || address - _addresses[at] >= 1 << 20)
            return null;
        while (at > 0 && _addresses[at - 1] == _addresses[at])
            at--;
        // Code that runs before the image is mapped has a second name.
        int first = at;
        while (at + 1 < _addresses.Length && _addresses[at + 1] == _addresses[first]
            && Bytes(_names[at]).StartsWith("__pi_"u8))
            at++;
        return Encoding.UTF8.GetString(Bytes(_names[at])).Replace('\t', ' ');
    }

    private ReadOnlySpan<byte> Bytes((int Start, int Length) name) => _text.AsSpan(name.Start, name.Length);
}

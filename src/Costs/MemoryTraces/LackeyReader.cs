using System.Runtime.CompilerServices;
using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// Reads what valgrind --tool=lackey --trace-mem=yes prints: "I ADDRESS,SIZE" for an instruction, " L", " S" and " M"
/// for a load, a store and a modification, addresses in hexadecimal. Lines that begin with "==", "--" or "**" are
/// valgrind's own and skipped.
/// </summary>
internal static class LackeyReader
{
    private const int LongestLine = 4096;

    // The largest access of one instruction that lackey prints.
    private const ulong MaxSize = 1 << 16;

    /// <summary>Whether a trace begins like lackey's output.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("I  "u8) || bytes.StartsWith(" L "u8) || bytes.StartsWith(" S "u8) || bytes.StartsWith(" M "u8)
            || IsValgrinds(bytes);

    // "==PID==", "--PID--" and "**PID**" begin lines of valgrind itself and of output that the program prints through
    // it.
    private static bool IsValgrinds(ReadOnlySpan<byte> line) =>
        line.StartsWith("=="u8) || line.StartsWith("--"u8) || line.StartsWith("**"u8);

    // Optimized at once: one trace is one call, so tiered compilation would never replace it by better code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read<TSink>(MemoryTraceBuffer window, TSink sink, CancellationToken cancellationToken)
        where TSink : struct, IMemoryTraceSink
    {
        long line = 1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = window.Bytes;
            int at = 0;
            while (at < bytes.Length)
            {
                int length = TryReadShort(bytes, at, sink, window);
                if (length == 0)
                {
                    int end = bytes[at..].IndexOf((byte)'\n');
                    if (end < 0 && !window.IsLast)
                        break;
                    length = end < 0 ? bytes.Length - at : end + 1;
                    ReadLine(bytes.Slice(at, length), at, line, sink, window, hasEnd: end >= 0);
                }

                at += length;
                line++;
            }

            if (window.IsLast)
                return;
            if (at == 0 && bytes.Length > LongestLine)
                throw window.Error(0, $"line {line}: expected at most {LongestLine} bytes, found a longer line");
            window.Advance(at);
        }
    }

    // Reads the most frequent form of line: kind, address, one or two digits of size. Returns 0 for any other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TryReadShort<TSink>(ReadOnlySpan<byte> bytes, int start, TSink sink, MemoryTraceBuffer window)
        where TSink : struct, IMemoryTraceSink
    {
        if (bytes.Length - start < 32)
            return 0;
        byte first = bytes[start];
        byte kind = bytes[start + 1];
        if (bytes[start + 2] != ' '
            || (first != 'I' ? first != ' ' || (kind != 'L' && kind != 'S' && kind != 'M') : kind != ' '))
            return 0;
        int at = start + 3;
        ulong address = 0;
        int digit;
        while ((digit = Digits[bytes[at]]) >= 0 && at < start + 20)
        {
            address = (address << 4) | (uint)digit;
            at++;
        }

        int digits = at - start - 3;
        if (digits is 0 or > 16 || bytes[at] != ',')
            return 0;
        int size = bytes[at + 1] - '0';
        if ((uint)size > 9)
            return 0;
        int next = bytes[at + 2] - '0';
        if ((uint)next <= 9)
        {
            size = 10 * size + next;
            at++;
        }

        // Other line endings are rare and take the slow path.
        if (bytes[at + 2] != '\n' || size == 0)
            return 0;
        Access(first == 'I', address, (ulong)size, start, sink, window);
        return at + 3 - start;
    }

    private static void ReadLine<TSink>(
        ReadOnlySpan<byte> bytes, int at, long line, TSink sink, MemoryTraceBuffer window, bool hasEnd)
        where TSink : struct, IMemoryTraceSink
    {
        var text = bytes.TrimEnd("\r\n"u8);
        if (text.IsEmpty || IsValgrinds(text))
            return;
        bool isInstruction = text.StartsWith("I  "u8);
        bool isData = text.StartsWith(" L "u8) || text.StartsWith(" S "u8) || text.StartsWith(" M "u8);
        var rest = text[Math.Min(3, text.Length)..];
        int comma = rest.IndexOf((byte)',');
        if ((!isInstruction && !isData) || comma < 1 || comma > 16
            || !ulong.TryParse(
                rest[..comma], System.Globalization.NumberStyles.AllowHexSpecifier, null, out ulong address)
            || !ulong.TryParse(rest[(comma + 1)..], System.Globalization.NumberStyles.None, null, out ulong size)
            || size is 0 or > MaxSize)
        {
            string found = System.Text.Encoding.Latin1.GetString(text[..Math.Min(text.Length, 40)]);
            throw window.Error(at, hasEnd
                ? $"line {line}: expected \"I  ADDRESS,SIZE\" or \" L\", \" S\", \" M\" in place of the I, found " +
                    $"\"{found}\""
                : $"line {line}: expected the rest of a line, found the end of the trace after \"{found}\"");
        }

        Access(isInstruction, address, size, at, sink, window);
    }

    // An access that crosses the end of a page is looked up for each page; an instruction is counted once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Access<TSink>(
        bool isInstruction, ulong address, ulong size, int at, TSink sink, MemoryTraceBuffer window)
        where TSink : struct, IMemoryTraceSink
    {
        ulong page = address >> 12;
        ulong last = ((address + size - 1) >> 12) & TracedKernel.PageMask;
        bool good = isInstruction ? sink.Instructions(page, 1) : sink.Data(page);
        while (good && page != last)
        {
            page = (page + 1) & TracedKernel.PageMask;
            good = isInstruction ? sink.Instructions(page, 0) : sink.Data(page);
        }

        if (!good)
            throw window.Untranslated(at, page);
    }

    // The value of each hexadecimal digit, -1 for every other byte.
    private static ReadOnlySpan<sbyte> Digits =>
    [
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1,
        -1, -1,
        -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1,
        -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        -1, -1, -1, -1,
    ];
}

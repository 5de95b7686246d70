using System.Buffers.Binary;

namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// Reads ChampSim's records (trace_instruction.h): input_instr of 64 bytes, or cloudsuite_instr of 96. The
/// instruction's address comes first; after flags and registers follow the addresses that it writes and those that it
/// reads, 0 for none. Records hold no access sizes, so each access counts for one page.
/// </summary>
internal static class ChampSimReader
{
    /// <summary>input_instr: two destinations and four sources from byte 16.</summary>
    public static ChampSimLayout Usual { get; } = new(64, 16, 2, 4);

    /// <summary>cloudsuite_instr: four of each from byte 24, then an ASID and padding.</summary>
    public static ChampSimLayout Cloudsuite { get; } = new(96, 24, 4, 4);

    public static void Read<TSink>(
        MemoryTraceBuffer window, TSink sink, ChampSimLayout layout, CancellationToken cancellationToken)
        where TSink : struct, IMemoryTraceSink
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = window.Bytes;
            int at = 0;
            for (; at + layout.Length <= bytes.Length; at += layout.Length)
            {
                var record = bytes.Slice(at, layout.Length);
                // is_branch and branch_taken are 0 or 1 in every record; the format allows no other check.
                if (record[8] > 1 || record[9] > 1)
                    throw window.Error(
                        at, $"expected a ChampSim record of {layout.Length} bytes, found flags {record[8]} and " +
                        $"{record[9]} where each is 0 or 1");
                ulong page = BinaryPrimitives.ReadUInt64LittleEndian(record) >> 12;
                if (!sink.Instructions(page, 1))
                    throw window.Untranslated(at, page);
                for (int i = 0; i < layout.Destinations + layout.Sources; i++)
                {
                    // An instruction reads before it writes; in the record destinations come first.
                    int which = (layout.Destinations + i) % (layout.Destinations + layout.Sources);
                    ulong address = BinaryPrimitives.ReadUInt64LittleEndian(
                        record[(layout.FirstAddress + 8 * which)..]);
                    if (address != 0 && !sink.Data(address >> 12))
                        throw window.Untranslated(at, address >> 12);
                }
            }

            if (window.IsLast && at < bytes.Length)
                throw window.Error(
                    at, $"expected a record of {layout.Length} bytes, found the end of the trace after " +
                    $"{bytes.Length - at}");
            if (window.IsLast)
                return;
            window.Advance(at);
        }
    }
}

/// <summary>The layout of a ChampSim record.</summary>
/// <param name="Length">Bytes of a record.</param>
/// <param name="FirstAddress">Offset of the first data address.</param>
/// <param name="Destinations">Number of addresses that are written.</param>
/// <param name="Sources">Number of addresses that are read.</param>
internal readonly record struct ChampSimLayout(int Length, int FirstAddress, int Destinations, int Sources);

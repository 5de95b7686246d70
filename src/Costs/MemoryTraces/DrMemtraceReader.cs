using System.Buffers.Binary;
using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// Reads the files of DynamoRIO's drmemtrace (trace_entry_t of trace_entry.h, versions 2 to 6, 64-bit): records of 12
/// bytes, type and size of 16 bits each and an address of 64. Threads run on the CPUs that their CPU markers name.
/// </summary>
internal static class DrMemtraceReader
{
    private const int RecordLength = 12;

    // Types of trace_entry_t.
    private const int Write = 1;
    private const int FirstInstruction = 10;
    private const int LastInstruction = 16;
    private const int Bundle = 17;
    private const int Header = 25;
    private const int Marker = 28;
    // Type 29 is an iteration of a rep string instruction; DynamoRIO neither counts it as an instruction nor fetches
    // it.
    private const int MaybeFetch = 30;
    private const int Sysenter = 31;
    private const int TakenJump = 48;
    private const int UntakenJump = 49;
    private const int LastType = 63;
    private const int CpuIdMarker = 3;
    private const ulong UnknownCpu = ulong.MaxValue;

    private const int OldestVersion = 2;
    private const int NewestVersion = 6;

    /// <summary>Whether a trace begins with drmemtrace's header, which holds a version.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= RecordLength && BinaryPrimitives.ReadUInt16LittleEndian(bytes) == Header
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]) is >= OldestVersion and < 256;

    public static void Read<TSink>(MemoryTraceBuffer window, TSink sink, CancellationToken cancellationToken)
        where TSink : struct, IMemoryTraceSink
    {
        var cpus = new SeenCpus();
        ulong pc = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = window.Bytes;
            int at = 0;
            for (; at + RecordLength <= bytes.Length; at += RecordLength)
            {
                int type = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
                int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 2)..]);
                ulong address = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + 4)..]);
                switch (type)
                {
                    case <= Write:
                        Access(window, at, sink, address, size, isInstruction: false, count: 0);
                        break;
                    case (>= FirstInstruction and <= LastInstruction) or MaybeFetch or Sysenter or TakenJump
                        or UntakenJump:
                        Access(window, at, sink, address, size, isInstruction: true, count: 1);
                        pc = address + (uint)size;
                        break;
                    case Bundle:
                        // Lengths of consecutive instructions, one byte each.
                        for (int i = 0; i < Math.Min(size, 8); i++)
                        {
                            int length = (int)(address >> (8 * i)) & 0xff;
                            Access(window, at, sink, pc, length, isInstruction: true, count: 1);
                            pc += (uint)length;
                        }

                        break;
                    case Marker when size == CpuIdMarker && address != UnknownCpu:
                        if (!cpus.TryFind(address, out int cpu))
                            throw window.Error(at, $"expected at most {IMemoryTraceSink.MaxCpus} CPUs, found more");
                        sink.Cpu(cpu);
                        break;
                    case Header when address is < OldestVersion or > NewestVersion:
                        throw window.Error(
                            at, $"expected a trace of version {OldestVersion} to {NewestVersion}, found version " +
                            $"{address}");
                    case > LastType:
                        throw window.Error(at, $"expected a type of trace_entry_t, found {type}");
                    default:
                        break;
                }
            }

            if (window.IsLast && at < bytes.Length)
                throw window.Error(
                    at, $"expected a record of {RecordLength} bytes, found the end of the trace after " +
                    $"{bytes.Length - at}");
            if (window.IsLast)
                return;
            window.Advance(at);
        }
    }

    private static void Access<TSink>(
        MemoryTraceBuffer window, int at, TSink sink, ulong address, int size, bool isInstruction, ulong count)
        where TSink : struct, IMemoryTraceSink
    {
        // Addresses of arm64 user space may carry a tag (TBI): with bit 55 clear the top byte is not part of the
        // address.
        if ((address & (1UL << 55)) == 0)
            address &= (1UL << 56) - 1;
        ulong page = address >> 12;
        ulong last = ((address + (uint)Math.Max(size, 1) - 1) >> 12) & TracedKernel.PageMask;
        while (true)
        {
            if (!(isInstruction ? sink.Instructions(page, count) : sink.Data(page)))
                throw window.Untranslated(at, page);
            if (page == last)
                return;
            page = (page + 1) & TracedKernel.PageMask;
            count = 0;
        }
    }

    // Maps CPU ids, which may be large, to consecutive numbers in order of appearance.
    private sealed class SeenCpus
    {
        private readonly Dictionary<ulong, int> _numbers = [];

        public bool TryFind(ulong id, out int number)
        {
            if (!_numbers.TryGetValue(id, out number))
                _numbers.Add(id, number = _numbers.Count);
            return number < IMemoryTraceSink.MaxCpus;
        }
    }
}

using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Audit.Memory;
using Orleans.Mmu.Linux.Layout;

namespace Orleans.Mmu.Audit.Cores;

/// <summary>
/// The memory in an ELF core. Only pages that are asked for are read, so a dump may be of any size.
/// </summary>
public sealed class CoreMemory : IPhysicalMemory
{
    private readonly IDumpBytes _file;
    private readonly MemoryPieces _present;
    private readonly MemoryPieces _claimed;

    private CoreMemory(IDumpBytes file, List<ElfSegment> segments, VmcoreInfo? info)
    {
        (_file, Info) = (file, info);
        _present = new(segments.Select(s => (s.Physical, s.FileBytes, s.Offset)));
        _claimed = new(segments.Select(s => (s.Physical, s.MemoryBytes, s.Offset)));
    }

    /// <summary>The note VMCOREINFO; null where the dump has none.</summary>
    public VmcoreInfo? Info { get; }

    /// <summary>Bytes of memory in the file, each address counted once.</summary>
    public ulong Bytes => _present.Bytes;

    /// <summary>Whether a file begins as an ELF file does.</summary>
    public static bool IsElf(ReadOnlySpan<byte> start) => start.StartsWith(ElfHeaders.Magic);

    /// <summary>Reads the headers and the notes.</summary>
    /// <exception cref="DumpException">The file is no ELF core of arm64, or is cut short.</exception>
    public static CoreMemory Open(IDumpBytes file)
    {
        var all = ElfHeaders.Read(file);
        string? note = CoreNotes.FindVmcoreInfo(file, all);
        var info = note is null ? null : VmcoreInfo.Parse(note);
        var segments = new List<ElfSegment>();
        var loads = all.Where(s => s.Type == ElfSegment.Load).ToList();
        bool hasPhysical = HasPhysical(loads, info);
        foreach (var segment in loads.Where(s => s.MemoryBytes > 0))
        {
            if (segment.Offset > (ulong)file.Length || segment.FileBytes > (ulong)file.Length - segment.Offset)
                throw new DumpException(string.Create(CultureInfo.InvariantCulture,
                    $"offset {file.Length}: expected memory up to offset {unchecked(segment.Offset + segment
                        .FileBytes)}, found the end of the file: the dump is cut short"));
            if (Physical(segment, hasPhysical, info) is { } physical)
                segments.Add(segment with { Physical = physical });
        }

        return segments.Count > 0 ? new(file, segments, info)
            : throw new DumpException("expected segments with physical addresses, found none");
    }

    public PhysicalPiece Read(PhysicalAddress address, Span<byte> bytes) =>
        _present.TryRead(_file, address, bytes) ? PhysicalPiece.Present
        : _claimed.Contains(address) ? PhysicalPiece.LeftOut
        : PhysicalPiece.Outside;

    // Old writers leave p_paddr at 0 in every segment; then the linear addresses tell. Memory may begin at 0, so a
    // single segment with p_paddr 0 lacks it only if its linear address stands for other memory.
    private static bool HasPhysical(List<ElfSegment> loads, VmcoreInfo? info)
    {
        var zero = loads.Where(s => s.Physical == 0).ToList();
        if (zero.Count == 0 || loads.TrueForAll(s => s.Virtual.Value == 0))
            return true;
        return zero.Count == 1 && Linear(zero[0], info) is null or 0;
    }

    private static ulong? Physical(in ElfSegment segment, bool hasPhysical, VmcoreInfo? info)
    {
        // All ones, where the writer knows none; and no memory lies beyond 52 bits.
        if (segment.Physical >> PhysicalAddress.MaxBits != 0 || segment.MemoryBytes >> PhysicalAddress.MaxBits != 0)
            return null;
        return hasPhysical ? segment.Physical : Linear(segment, info);
    }

    // What the segment's virtual address stands for in the linear map; null if it lies elsewhere.
    private static ulong? Linear(in ElfSegment segment, VmcoreInfo? info)
    {
        if (info?.PhysicalOffset is not { } offset || !segment.Virtual.IsUpperHalf)
            return null;
        var geometry = info.Regime().Geometry;
        bool isLinear = segment.Virtual >= geometry.UpperHalfStart
            && segment.Virtual < LinearMapLayout.EndOf(geometry);
        return isLinear ? unchecked(segment.Virtual.Value - info.PageOffset + offset) : null;
    }
}

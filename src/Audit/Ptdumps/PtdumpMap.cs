using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Ptdumps;

/// <summary>The map that a ptdump shows. Its leaves have no output addresses.</summary>
public sealed class PtdumpMap : IAuditedMap
{
    private const ulong PageBit = 2;

    private readonly IReadOnlyList<DumpedRow> _rows;
    private readonly Level?[] _levels;

    private PtdumpMap(PtdumpText text, TranslationGeometry geometry)
    {
        _rows = text.Rows;
        Geometry = geometry;
        Regions = text.Markers.Count > 0
            ? MapRegions.Of(geometry, text.Markers.OrderBy(m => m.Start).ThenBy(m => m.Line)
                .Select(m => (new VirtualAddress(m.Start), m.Name)))
            : MapRegions.Of(geometry);
        _levels = [.. PtdumpLevels.Names.Select((_, i) => PtdumpLevels.LevelOf(geometry, i, hole: false))];
    }

    public TranslationGeometry Geometry { get; }

    public int PaBits => Geometry.PaBits;

    public MapRegions Regions { get; }

    public MemoryTypes Types => KernelMemoryTypes.Mair;

    public bool HasOutputAddresses => false;

    public bool SetsDirty => true;

    public IReadOnlyDictionary<Level, long> Tables { get; } = new Dictionary<Level, long>();

    public IEnumerable<string> Notes => [];

    /// <summary>Rows that map something.</summary>
    public int Rows => _rows.Count;

    /// <summary>Reads a text.</summary>
    /// <param name="file">The name of the text in errors.</param>
    /// <param name="granule">The granule, where it is known.</param>
    /// <param name="vaBits">The VA size, where it is known.</param>
    /// <param name="findings">Receives overlaps and gaps.</param>
    /// <param name="notes">Receives what was assumed, and what the text does not show.</param>
    /// <exception cref="InputException">The text has no rows, or rows that no arm64 kernel prints.</exception>
    public static PtdumpMap Read(
        string file, ReadOnlySpan<byte> text, Granule? granule, int? vaBits, FindingList findings, List<string> notes)
    {
        var read = PtdumpText.Read(file, text, findings);
        var geometry = PtdumpGeometry.Choose(file, read, granule, vaBits, notes);
        notes.Add("ptdump shows no output addresses: aliases, the memory of groups, and tables that are reached twice "
            + "cannot be judged");
        if (read.Markers.Count == 0)
            notes.Add("the text has no markers: its regions are taken from the addresses");
        if (read.Markers.Any(m => m.Name == PtdumpMarkers.LinearStart)
            && read.Markers.All(m => m.Name != PtdumpMarkers.LinearEnd))
            notes.Add($"the text ends before \"{PtdumpMarkers.LinearEnd}\": the rest of the map is not judged");
        if (read.OtherLines is ( > 0 and var count, var first))
            notes.Add($"{count} {(count == 1 ? "line is" : "lines are")} neither row nor marker; the first is line "
                + $"{first}");
        return new(read, geometry);
    }

    public IEnumerable<AuditedLeaves> Leaves(FindingList? findings)
    {
        foreach (var row in _rows)
        {
            var level = _levels[row.Name]!.Value;
            ulong bits = row.DescriptorBits;
            long count = (long)(row.Length >> Geometry.Shift(level));
            yield return new(new(new(row.Start), level, count,
                new Descriptor(level.IsLast && (bits & 1) != 0 ? bits | PageBit : bits)), default, row.Line);
        }
    }
}

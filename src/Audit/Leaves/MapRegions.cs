using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Leaves;

/// <summary>The named parts of the kernel's addresses, by ptdump's markers.</summary>
public sealed class MapRegions
{
    private const string Begin = " start";
    private const string End = " end";

    private readonly List<(VirtualAddress Start, string Name)> _boundaries;

    private MapRegions(List<(VirtualAddress, string)> boundaries) => _boundaries = boundaries;

    /// <summary>The regions that follow from the VA size and the granule.</summary>
    public static MapRegions Of(TranslationGeometry geometry) =>
        new([.. PtdumpMarkers.Of(geometry).Select(m => (m.Address, m.Name))]);

    /// <summary>
    /// The regions between the markers of a text, in order of address. What lies before the first marker belongs to the
    /// region that it ends, or else to the regions that follow from the geometry: the text may be a part of a dump.
    /// </summary>
    public static MapRegions Of(
        TranslationGeometry geometry, IEnumerable<(VirtualAddress Start, string Marker)> markers)
    {
        List<(VirtualAddress Start, string Name)> all = [.. markers];
        var (first, name) = all[0];
        return name.EndsWith(End, StringComparison.Ordinal)
            ? new([(geometry.UpperHalfStart, name[..^End.Length] + Begin), .. all])
            : new(
            [
                .. PtdumpMarkers.Of(geometry).Where(m => m.Address < first).Select(m => (m.Address, m.Name)), .. all,
            ]);
    }

    /// <summary>
    /// The region of an address: "Linear Mapping", "vmalloc() area", "Modules"; "" before the first marker and between
    /// regions.
    /// </summary>
    public string At(VirtualAddress address)
    {
        var (low, high) = (0, _boundaries.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_boundaries[middle].Start <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? "" : NameOf(_boundaries[low - 1].Name);
    }

    /// <summary>Whether an address lies in the linear map.</summary>
    public bool IsLinear(VirtualAddress address) => At(address) == LinearMap;

    /// <summary>The name of the linear map.</summary>
    public const string LinearMap = "Linear Mapping";

    // "vmalloc() area" begins what "vmalloc() end" ends; the other regions have both markers by the same name.
    private static string NameOf(string marker) =>
        marker.EndsWith(End, StringComparison.Ordinal) ? ""
        : marker.EndsWith(Begin, StringComparison.Ordinal) ? marker[..^Begin.Length]
        : marker;
}

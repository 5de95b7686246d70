using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Leaves;

/// <summary>The named parts of the kernel's addresses, by ptdump's markers.</summary>
public sealed class MapRegions
{
    private readonly List<(VirtualAddress Start, string Name)> _boundaries;
    private readonly MapRegions? _before;

    private MapRegions(List<(VirtualAddress, string)> boundaries, MapRegions? before) =>
        (_boundaries, _before) = (boundaries, before);

    /// <summary>The regions that follow from the VA size and the granule.</summary>
    public static MapRegions Of(TranslationGeometry geometry) =>
        new([.. PtdumpMarkers.Of(geometry).Select(m => (m.Address, m.Name))], null);

    /// <summary>
    /// The regions between the markers of a text, in order of address. The text may begin behind some of them: below
    /// its first marker, the regions are those that follow from VA size and granule.
    /// </summary>
    public static MapRegions Of(
        TranslationGeometry geometry, IEnumerable<(VirtualAddress Start, string Marker)> markers) =>
        new([.. markers], Of(geometry));

    /// <summary>The region of an address: "Linear Mapping", "vmalloc() area", "Modules"; "" between regions.</summary>
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

        return low > 0 ? NameOf(_boundaries[low - 1].Name) : _before?.At(address) ?? "";
    }

    /// <summary>Whether an address lies in the linear map.</summary>
    public bool IsLinear(VirtualAddress address) => At(address) == LinearMap;

    /// <summary>The name of the linear map.</summary>
    public const string LinearMap = "Linear Mapping";

    // "vmalloc() area" begins what "vmalloc() end" ends; the other regions have both markers by the same name.
    private static string NameOf(string marker) =>
        marker.EndsWith(" end", StringComparison.Ordinal) ? ""
        : marker.EndsWith(" start", StringComparison.Ordinal) ? marker[..^" start".Length]
        : marker;
}

using System.Globalization;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Arm.TlbHierarchies;

/// <summary>
/// The TLBs of a CPU: an L1 TLB for instructions, one for data, an L2 TLB behind both, and the caches of its table
/// walks.
/// </summary>
/// <param name="Instructions">The L1 instruction TLB.</param>
/// <param name="Data">The L1 data TLB.</param>
/// <param name="Second">
/// The unified L2 TLB, looked up on an L1 miss and filled on every miss; null where there is none.
/// </param>
/// <param name="InstructionSizes">The sizes that an entry of the L1 instruction TLB can have.</param>
/// <param name="DataSizes">The same for the L1 data TLB.</param>
/// <param name="SecondSizes">The sizes that an entry of the L2 TLB can have.</param>
/// <param name="Walks">The caches of table entries that walks use.</param>
public sealed record TlbHierarchy(
    TlbGeometry Instructions,
    TlbGeometry Data,
    TlbGeometry? Second,
    EntrySizes InstructionSizes,
    EntrySizes DataSizes,
    EntrySizes SecondSizes,
    WalkCaches Walks)
{
    /// <summary>TLBs whose entries may have any size, without walk caches.</summary>
    public TlbHierarchy(TlbGeometry instructions, TlbGeometry data, TlbGeometry? second)
        : this(instructions, data, second, EntrySizes.Any, EntrySizes.Any, EntrySizes.Any, WalkCaches.None)
    {
    }

    /// <summary>
    /// Reads "48/48/1280x5": L1 instruction, L1 data and L2 TLB. "48" is fully associative; an L2 of "0" means that
    /// there is none.
    /// </summary>
    public static bool TryParse(string text, out TlbHierarchy? hierarchy)
    {
        hierarchy = null;
        string[] parts = text.Split('/');
        if (parts.Length != 3 || Parse(parts[0]) is not { } instructions || Parse(parts[1]) is not { } data)
            return false;
        var second = Parse(parts[2]);
        if (second is null && parts[2] != "0")
            return false;
        hierarchy = new(instructions, data, second);
        return true;
    }

    /// <summary>Reads "1280x5", or "48" for a fully associative TLB; null for any other text.</summary>
    public static TlbGeometry? Parse(string text)
    {
        if (TlbGeometry.TryParse(text, out var geometry))
            return geometry;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int entries)
            && entries is > 0 and <= TlbGeometry.MaxEntries
            ? TlbGeometry.Create(entries, entries)
            : null;
    }

    public override string ToString() => $"{Text(Instructions)}/{Text(Data)}/{(Second is null ? "0" : Text(Second))}";

    /// <summary>"48" for a fully associative TLB, "1280x5" (entries, then ways) for any other.</summary>
    public static string Text(TlbGeometry geometry) =>
        geometry.Sets == 1 ? geometry.Entries.ToString(CultureInfo.InvariantCulture) : geometry.ToString();
}

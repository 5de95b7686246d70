using System.Globalization;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Names the functions of the addresses that a trace gives as its places. Code that runs in the identity map has the
/// addresses of memory; the tables say where the image lies there.
/// </summary>
/// <param name="outputOf">The output address of an input address at the end of the trace; null for none.</param>
internal sealed class LintPlaces(IFunctionNames names, Func<ulong, ulong?> outputOf)
{
    // From an address of memory to the linked address.
    private readonly ulong? _offset = names.Text is { } text && outputOf(text) is { } memory ? text - memory : null;

    /// <summary>The function of a place; the place itself where it is no address, or in no function.</summary>
    public string? NameOf(string? place)
    {
        if (place is null || !place.StartsWith("0x", StringComparison.Ordinal)
            || !ulong.TryParse(place.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong address))
            return place;
        return names.Of(address) ?? (_offset is { } offset ? names.Of(address + offset) : null) ?? place;
    }
}

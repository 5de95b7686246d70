using System.Globalization;
using System.Text.RegularExpressions;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>What a TLB entry is, read from the words of a witness or from memory.</summary>
/// <param name="Kind">"page", "block", "contiguous group" or "table entry".</param>
/// <param name="Output">The output address of its first address, or the address of the table.</param>
/// <param name="Type">The memory type by MAIR; null where it is not said.</param>
internal sealed partial record ReplayedEntry(
    string Kind, int Level, ulong First, ulong Last, ulong Output, ulong Bits, byte? Type, bool Combined)
{
    public bool IsTable => Kind == "table entry";

    public bool IsGlobal => !IsTable && (Bits >> 11 & 1) == 0;

    public static ReplayedEntry Read(string text)
    {
        var match = Form().Match(text);
        Assert.True(match.Success, text);
        return new(
            match.Groups["kind"].Value, int.Parse(match.Groups["level"].Value, CultureInfo.InvariantCulture),
            Hex("first"), Hex("last"), Hex("output"), Hex("bits"),
            match.Groups["type"].Success ? (byte)Hex("type") : null, match.Groups["both"].Success);

        ulong Hex(string group) => ulong.Parse(
            match.Groups[group].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    public bool Covers(ulong address) => First <= address && address <= Last;

    /// <summary>Whether it is this entry that a walk has made, whatever is not said of it.</summary>
    public bool Is(ReplayedEntry made) => this with { Type = null } == made with { Type = null }
        && (Type is null || made.Type is null || Type == made.Type);

    [GeneratedRegex(
        @"^(?<both>entry of both stages by a )?(?<kind>page|block|contiguous group|table entry) of level "
        + @"(?<level>-?\d) "
        + @"for 0x(?<first>\w+) to 0x(?<last>\w+): (the table|memory) at 0x(?<output>\w+) \(0x(?<bits>\w+)\)"
        + @"(, of type 0x(?<type>\w+))?$")]
    private static partial Regex Form();
}

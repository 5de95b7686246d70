using System.Globalization;

namespace Orleans.Mmu.Arm.Tlbs;

/// <summary>
/// Entries and ways of a set-associative TLB. The number of sets is arbitrary; page number modulo sets selects the set.
/// </summary>
public sealed record TlbGeometry
{
    /// <summary>The most entries that a modelled TLB may have.</summary>
    public const int MaxEntries = 65536;

    private TlbGeometry(int entries, int ways)
    {
        Entries = entries;
        Ways = ways;
    }

    public int Entries { get; }

    public int Ways { get; }

    public int Sets => Entries / Ways;

    /// <summary>1024 entries, 4 ways: the TLB of a core for which no source gives one.</summary>
    public static TlbGeometry Default { get; } = new(1024, 4);

    /// <exception cref="ArgumentOutOfRangeException">
    /// The ways do not divide the entries, or either number is too large.
    /// </exception>
    public static TlbGeometry Create(int entries, int ways) =>
        entries is > 0 and <= MaxEntries && ways > 0 && ways <= entries && entries % ways == 0
            ? new(entries, ways)
            : throw new ArgumentOutOfRangeException(
                nameof(entries), $"{entries}x{ways}: ways must divide entries, at most {MaxEntries}");

    /// <summary>Reads "1280x5": entries, then ways.</summary>
    public static bool TryParse(string text, out TlbGeometry geometry)
    {
        geometry = Default;
        int x = text.IndexOf('x', StringComparison.Ordinal);
        if (x < 0
            || !int.TryParse(text.AsSpan(0, x), NumberStyles.None, CultureInfo.InvariantCulture, out int entries)
            || !int.TryParse(text.AsSpan(x + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int ways)
            || entries is <= 0 or > MaxEntries || ways <= 0 || ways > entries || entries % ways != 0)
        {
            return false;
        }

        geometry = new(entries, ways);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Entries}x{Ways}");
}

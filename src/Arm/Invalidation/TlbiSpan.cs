namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>The length of a range TLBI: (NUM + 1) * 2^(5 * SCALE + 1) pages of its granule (R_QKRKL).</summary>
/// <param name="Scale">SCALE, 0 to 3.</param>
/// <param name="Number">NUM, 0 to 31.</param>
public readonly record struct TlbiSpan(int Scale, int Number)
{
    /// <summary>The most pages that one operation can reach.</summary>
    public const ulong MaxPages = 32UL << 16;

    public ulong Pages => (ulong)(Number + 1) << UnitShift(Scale);

    /// <summary>The shortest span that reaches at least a given number of pages.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number is 0, or greater than <see cref="MaxPages"/>.
    /// </exception>
    public static TlbiSpan Reaching(ulong pages)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, MaxPages);
        int scale = 0;
        while (pages > 32UL << UnitShift(scale))
            scale++;
        ulong unit = 1UL << UnitShift(scale);
        return new(scale, (int)((pages + unit - 1) / unit) - 1);
    }

    private static int UnitShift(int scale) => 5 * scale + 1;
}

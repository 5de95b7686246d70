using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>A DSB of a trace.</summary>
/// <param name="Kind">Its domain and the accesses that it waits for.</param>
/// <param name="NoXs">
/// The nXS form (FEAT_XS): it does not wait for accesses with the XS attribute, nor for a TLBI that waits for them.
/// </param>
internal readonly record struct LintedDsb(DsbKind Kind, bool NoXs = false)
{
    private static ReadOnlySpan<byte> Suffix => "nxs"u8;

    /// <summary>The names of all options, in lower case.</summary>
    public static string Names { get; } = string.Join(", ", (string[])
        [.. DsbOptions.All, .. Enum.GetValues<DsbKind>().Where(HasNoXs).Select(k => k.Option() + "nxs")]);

    /// <summary>The DSB that an option names, such as "ishst" or "ishnxs"; null if the word is no option.</summary>
    public static LintedDsb? Find(ReadOnlySpan<byte> option)
    {
        bool noXs = option.EndsWith(Suffix);
        var kind = DsbOptions.Find(noXs ? option[..^Suffix.Length] : option);
        return kind is { } found && (!noXs || HasNoXs(found)) ? new(found, noXs) : null;
    }

    /// <summary>
    /// Whether it completes an earlier TLBI of the same CPU. A DSB completes TLBIs of both forms; its nXS form only
    /// those of the nXS form.
    /// </summary>
    public bool Completes(bool broadcast, bool noXs) => (noXs || !NoXs) && Kind.Completes(broadcast);

    private static bool HasNoXs(DsbKind kind) => kind.Accesses() == BarrierAccesses.All;
}

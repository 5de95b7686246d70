using System.Globalization;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// A load or a store of a page that the change is about, and what it must find there. The CPU may use any translation
/// that its TLB may hold and any that a walk may find at this moment; each must meet the expectation.
/// </summary>
public sealed record AccessPage : Step
{
    internal static StepKind Declaration { get; } = new("access-page", StepPerformers.Any, StepEffects.None);

    /// <summary>The number of pages of a range that a step can name.</summary>
    public const int Pages = 2;

    internal static IReadOnlyList<Step> Every =>
    [
        .. from range in StepOperands.Ranges
           from page in Enumerable.Range(0, Pages)
           from kind in Enum.GetValues<AccessKind>()
           from expected in AccessExpectation.All
           select Of(kind, range, page, expected),
    ];

    private AccessPage(AccessKind kind, RepaintRange range, int page, AccessExpectation expected)
        : base(
            Declaration,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Mnemonic(kind)}:{StepOperands.Of(range)}:page{page}:{expected.Code}"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Mnemonic(kind)} x0, [{RepaintRangeText.Of(range)} page {page}]{expected.Text}")) =>
        (Kind, Range, Page, Expected) = (kind, range, page, expected);

    public AccessKind Kind { get; }

    public RepaintRange Range { get; }

    /// <summary>The page's number in its range, from 0.</summary>
    public int Page { get; }

    public AccessExpectation Expected { get; }

    /// <exception cref="ArgumentOutOfRangeException">No step names the page.</exception>
    public static AccessPage Of(AccessKind kind, RepaintRange range, int page, AccessExpectation expected) =>
        page is >= 0 and < Pages ? new(kind, range, page, expected)
            : throw new ArgumentOutOfRangeException(nameof(page), page, "no such page");

    private static string Mnemonic(AccessKind kind) => kind switch
    {
        AccessKind.Load => "ldr",
        AccessKind.Store => "str",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such access"),
    };
}

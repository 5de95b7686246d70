using System.Collections.Immutable;
using System.Text;

namespace Orleans.Mmu.Arm.Barriers;

/// <summary>The options of DSB as they are written in assembly.</summary>
public static class DsbOptions
{
    private static readonly ImmutableArray<(DsbKind Kind, byte[] Word)> Words =
        [.. Enum.GetValues<DsbKind>().Select(kind => (kind, Encoding.ASCII.GetBytes(kind.Option())))];

    /// <summary>The option in lower case, such as "ishst".</summary>
    public static string Option(this DsbKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>All options, in lower case.</summary>
    public static IEnumerable<string> All => Enum.GetValues<DsbKind>().Select(Option);

    /// <summary>
    /// The DSB that an option in lower case names, such as "ishst"; null if the word is not an option.
    /// </summary>
    public static DsbKind? Find(ReadOnlySpan<byte> option)
    {
        foreach (var (kind, word) in Words)
        {
            if (option.SequenceEqual(word))
                return kind;
        }

        return null;
    }

    /// <summary>The accesses for which a DSB waits.</summary>
    public static BarrierAccesses Accesses(this DsbKind kind) => kind switch
    {
        DsbKind.Nsh or DsbKind.Ish or DsbKind.Osh or DsbKind.Sy => BarrierAccesses.All,
        DsbKind.Nshld or DsbKind.Ishld or DsbKind.Oshld or DsbKind.Ld => BarrierAccesses.Loads,
        _ => BarrierAccesses.Stores,
    };
}

using System.Collections.Frozen;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The names that a protocol file may give to its own words and locks.</summary>
public static class WordName
{
    /// <summary>The maximum number of characters of a name.</summary>
    public const int MaxLength = 32;

    /// <summary>The maximum number of names of words in one protocol, besides the flag.</summary>
    public const int MaxWords = 4;

    /// <summary>The maximum number of locks in one protocol.</summary>
    public const int MaxLocks = 4;

    /// <summary>The largest number that a word is set to or compared with.</summary>
    public const int MaxValue = 15;

    // Words of headers, of the language and of registers, beside those of the steps themselves.
    private static readonly string[] Others =
    [
        "protocol", "about", "origin", "levels", "map", "phase", "cpu", "cpus", "boot", "secondaries",
        "num_online_cpus", "spsr_el1", "elr_el1", "mair_el1", "sctlr_el1", "lr", "pc", "nzcv", "xzr",
    ];

    private static FrozenSet<string>? _reserved;

    /// <summary>Whether a text has the form of a name: [a-z_][a-z0-9_]*.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length is > 0 and <= MaxLength && !char.IsAsciiDigit(text[0]) && text.All(IsPart);

    /// <summary>Whether a name has a meaning of its own in files: a step, a register or a known word.</summary>
    public static bool IsReserved(string name) =>
        (_reserved ??= Reserved()).Contains(name)
            || (name.Length > 1 && name[0] is 'x' or 'w' && name.Skip(1).All(char.IsAsciiDigit));

    /// <summary>A step of which a reserved name is a part; null where the name is a part of none.</summary>
    public static string? StepWith(string reserved) =>
        StepRegistry.All.FirstOrDefault(s => In(s) is null && Words(s.Text).Contains(reserved))?.Text;

    /// <summary>Whether a protocol may give the name to a word.</summary>
    public static bool IsFree(string name) => IsWellFormed(name) && !IsReserved(name);

    /// <summary>The word that a step names; null for a step without one.</summary>
    public static string? In(Step step) => step switch
    {
        SetWord set => set.Name,
        AddToWord add => add.Name,
        AwaitWord wait => wait.Name,
        SkipUnlessWord skip => skip.Name,
        _ => null,
    };

    private static bool IsPart(char c) => c == '_' || char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static FrozenSet<string> Reserved()
    {
        var words = new HashSet<string>(Others, StringComparer.Ordinal);
        foreach (var step in StepRegistry.All.Where(s => In(s) is null))
            words.UnionWith(Words(step.Text));
        return words.ToFrozenSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Words(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int end = at;
            while (end < text.Length && IsPart(text[end]))
                end++;
            if (end > at)
                yield return text[at..end];
            at = end + 1;
        }
    }
}

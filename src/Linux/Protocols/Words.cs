namespace Orleans.Mmu.Linux.Protocols;

/// <summary>Reads the steps of a protocol's own words, whose names are the protocol's to choose.</summary>
internal static class Words
{
    /// <summary>The word of the steps in <see cref="Step.All"/>, which stand for those of every name.</summary>
    public const string Example = "ready";

    public const string Skip = "skip this phase unless ";

    public const string Wait = "wait ";

    /// <summary>The step of a text; null if it is none, or if its name is not free.</summary>
    public static Step? Parse(string text) =>
        Split(text) is var (name, build) && WordName.IsFree(name) ? build(name) : null;

    /// <summary>The name in a text that would be a step of a word if the name were free.</summary>
    public static string? ReservedIn(string text) =>
        Split(text) is var (name, _) && WordName.IsWellFormed(name) && WordName.IsReserved(name) ? name : null;

    /// <summary>The step of a code; null if it is none.</summary>
    public static Step? Decode(string code)
    {
        string[] parts = code.Split(':');
        if (parts.Length is < 2 or > 3 || !WordName.IsFree(parts[1]))
            return null;
        string name = parts[1];
        if (parts.Length == 2)
            return parts[0] == AddToWord.Declaration.Code ? AddToWord.Of(name) : null;
        if (parts[0] == SetWord.Declaration.Code)
            return WordOperand.NumberOf(parts[2]) is { } value ? SetWord.To(name, value) : null;
        if (WordOperand.Decode(parts[2]) is not { } operand)
            return null;
        return parts[0] == AwaitWord.Declaration.Code ? AwaitWord.Until(name, operand)
            : parts[0] == SkipUnlessWord.Declaration.Code ? SkipUnlessWord.Of(name, operand) : null;
    }

    public static string Checked(string name) => WordName.IsFree(name) ? name
        : throw new ArgumentException($"a protocol has no word of the name {name}", nameof(name));

    private static (string Name, Func<string, Step> Build)? Split(string text)
    {
        if (text.EndsWith(" += 1", StringComparison.Ordinal))
            return (text[..^" += 1".Length], AddToWord.Of);
        foreach (string verb in new[] { Wait, Skip })
        {
            if (!text.StartsWith(verb, StringComparison.Ordinal))
                continue;
            string[] sides = text[verb.Length..].Split(" == ");
            if (sides.Length != 2 || WordOperand.Parse(sides[1]) is not { } operand)
                return null;
            return (sides[0], verb == Wait ? n => AwaitWord.Until(n, operand) : n => SkipUnlessWord.Of(n, operand));
        }

        string[] parts = text.Split(" = ");
        return parts.Length == 2 && WordOperand.NumberOf(parts[1]) is { } value
            ? (parts[0], n => SetWord.To(n, value)) : null;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>What a text must have in place of a part that keeps it from being a step.</summary>
internal readonly record struct StepValue(string Expected, string Found);

/// <summary>
/// Finds the value or name that is wrong in a text that has the form of a step, so that an error names what is allowed
/// there and not a step that only looks alike.
/// </summary>
internal static partial class StepValues
{
    private const string All = "all";
    private const string Compares = " == ";
    private const string Adds = " += ";
    private const string Sets = " = ";

    private static readonly string[] LockVerbs = ["spin_lock(", "spin_unlock("];

    /// <summary>The wrong part of a text that is no step; null if it has no step's form.</summary>
    public static StepValue? Wrong(string text) => InWord(text) ?? InNumber(text) ?? InLock(text);

    // A number in whose place another one would make the text a step: that of a page or of a pte. The flag has steps of
    // its own, which are not one for each number.
    private static StepValue? InNumber(string text)
    {
        if (text.Split(' ').Contains(ProtocolReader.FlagName))
            return null;
        foreach (Match number in Number().Matches(text))
        {
            string[] allowed = [.. Enumerable.Range(0, WordName.MaxValue + 1)
                .Select(n => n.ToString(CultureInfo.InvariantCulture)).Append(All).Where(n => IsStep(number, n))];
            if (allowed.Length > 0)
                return new($"{ListOf(allowed)} in \"{text}\"", number.Value);
        }

        return null;

        bool IsStep(Match number, string instead) => Step.TryParse(
            text[..number.Index] + instead + text[(number.Index + number.Length)..], out _);
    }

    private static StepValue? InWord(string text)
    {
        foreach (string verb in new[] { Words.Wait, Words.Skip })
        {
            if (text.StartsWith(verb, StringComparison.Ordinal))
                return Sides(text[verb.Length..], Compares, o => WordOperand.Parse(o) is not null, WordOperand.Allowed);
        }

        return Sides(text, Adds, o => o == "1", "1, which a step adds")
            ?? Sides(text, Sets, o => WordOperand.NumberOf(o) is not null, $"0 to {WordName.MaxValue}");
    }

    private static StepValue? Sides(string text, string sign, Func<string, bool> isOperand, string allowed)
    {
        if (text.Split(sign) is not [var name, var operand] || !Name().IsMatch(name))
            return null;
        if (!WordName.IsWellFormed(name))
            return OfName("a word", name);
        if (isOperand(operand) || name == ProtocolReader.FlagName)
            return null;
        return WordName.IsReserved(name) ? new("a word's name that has no other meaning", name)
            : new($"{allowed} after \"{name}{sign}\"", operand);
    }

    private static StepValue? InLock(string text)
    {
        foreach (string verb in LockVerbs)
        {
            if (text.StartsWith(verb, StringComparison.Ordinal) && text[^1] == ')'
                && Name().IsMatch(text[verb.Length..^1]))
                return OfName("a lock", text[verb.Length..^1]);
        }

        return null;
    }

    private static StepValue OfName(string what, string name) => new(
        $"{what}'s name of at most {WordName.MaxLength} lower-case letters, digits and underscores that does not begin "
        + "with a digit", name);

    // "0 or 1", "0, 1 or all", "0 to 15".
    private static string ListOf(string[] values) => values switch
    {
        [var only] => only,
        [var first, .., var last] when values.Length > 3 => $"{first} to {last}",
        _ => $"{string.Join(", ", values[..^1])} or {values[^1]}",
    };

    [GeneratedRegex(@"(?<![\w.])[0-9]+(?!\w)")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[\w-]+$")]
    private static partial Regex Name();
}

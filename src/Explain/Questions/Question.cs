using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Descriptors;
using Orleans.Mmu.Explain.Levels;
using Orleans.Mmu.Explain.Oopses;
using Orleans.Mmu.Explain.Properties;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Explain.Steps;
using Orleans.Mmu.Explain.Syndromes;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Explain.Questions;

/// <summary>Finds out what a text is, and explains it.</summary>
/// <param name="Geometry">The shape of the tables, for descriptors and for an oops that does not name it.</param>
/// <param name="Level">The level at which a descriptor is read; null where the text must say it.</param>
public sealed partial record Question(TranslationGeometry Geometry, Level? Level)
{
    private const string Forms =
        "expected an oops, pte=0x…, esr=0x…, a number with --level, or the name of a rule, step, TLBI or property";

    /// <param name="text">The value, name or report to explain, with any spaces and line ends.</param>
    /// <exception cref="UnexplainedException">The text is nothing that can be explained.</exception>
    /// <exception cref="InputException">It is an oops with something wrong in it.</exception>
    public Explanation Answer(string text)
    {
        string what = Spaced(text);
        return Named(what) ?? Valued(what) ?? Instruction(what)
            ?? (OopsReader.IsOops(text) ? OopsWords.Explain(OopsReader.Read("oops", text), Geometry) : null)
            ?? throw new UnexplainedException(
                $"{Forms}, found \"{OneLine.Of(what)}\"{NearestName.Hint(what, Names)}")
            { IsUnknown = true };
    }

    /// <summary>The rules, properties and steps that have a name.</summary>
    public static IEnumerable<string> Names =>
        ArmRules.All.Select(r => r.Label).Concat(Property.All.Select(p => p.Name)).Append("bbm")
            .Concat(Step.All.Select(s => s.Text));

    // The feature, and what Linux calls its levels 2 and 3.
    private static readonly string[] Levels = ["bbm", "FEAT_BBM", "BBML1", "BBML2", "BBML2_NOABORT", "BBML3"];

    private static Explanation? Named(string what)
    {
        if (ArmRules.Find(what) is { } rule)
            return new(ExplainedKind.Rule, rule.Label, rule.Says) { Rules = [rule] };
        if (Property.All.FirstOrDefault(p => p.Name.Equals(what, StringComparison.OrdinalIgnoreCase)) is { } property)
            return PropertyWords.Explain(property);
        return Levels.Contains(what, StringComparer.OrdinalIgnoreCase) ? BbmLevelWords.Explain() : null;
    }

    private Explanation? Valued(string what)
    {
        if (Value().Match(what) is not { Success: true } match)
            return null;
        string name = match.Groups["name"].Value.ToLowerInvariant();
        string digits = match.Groups["hex"].Value;
        if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            throw new UnexplainedException($"expected 1 to 16 hexadecimal digits, found \"{OneLine.Of(digits)}\"");
        return name switch
        {
            "pte" => OfDescriptor(value, Arm.Geometry.Level.L3),
            "pmd" => OfDescriptor(value, Arm.Geometry.Level.L2),
            "pud" => OfDescriptor(value, Arm.Geometry.Level.L1),
            "p4d" => OfDescriptor(value, Arm.Geometry.Level.L0),
            "pgd" => OfDescriptor(value, Geometry.StartLevel),
            "" when Level is { } level => OfDescriptor(value, level),
            "" => Unnamed(what, value),
            _ => SyndromeWords.Explain(new(value)),
        };
    }

    // A number of 32 bits with an exception class is an ESR; a descriptor needs its level. The kernel prints both with
    // 16 digits or 8 and without 0x.
    private static Explanation Unnamed(string what, ulong value) =>
        value >> 32 == 0 && new ExceptionSyndrome(value).Class is not 0
            && ExceptionClasses.Name(new ExceptionSyndrome(value).Class) is not null
            ? SyndromeWords.Explain(new(value))
            : throw new UnexplainedException(
                $"expected --level N for a descriptor, or esr= before an ESR, found {OneLine.Of(what)} alone");

    private Explanation OfDescriptor(ulong value, Level level)
    {
        if (level < Geometry.StartLevel)
        {
            throw new UnexplainedException(
                $"expected a level of {Geometry.StartLevel} to 3 ({Geometry}), found {level} (--va-bits, --page-size)");
        }

        return DescriptorWords.Explain(new Descriptor(value), Geometry, level, null);
    }

    private Explanation? Instruction(string what)
    {
        if (Step.TryParse(what, out var step))
            return StepWords.Of(step!);
        return Tlbi().Match(what) is { Success: true } tlbi
            ? TlbiExplanation.Of(
                tlbi.Groups["name"].Value.ToLowerInvariant(),
                tlbi.Groups["hex"] is { Success: true } hex && ulong.TryParse(
                    hex.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong register)
                        ? register : null,
                wide: Geometry.Format == OutputAddressFormat.Lpa2)
            : null;
    }

    private static string Spaced(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(
        "^(?:(?:(?<name>pte|pmd|pud|p4d|pgd|esr(?:_el[123])?) ?[=: ] ?(?:0x)?|0x)(?<hex>[^ ]+)"
            + "|(?<hex>[0-9a-f]{8}|[0-9a-f]{16}))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Value();

    [GeneratedRegex(
        "^(?:tlbi )?(?<name>r?[a-z]+[0-9a-z]*e[12](?:is|os)?)(?:,? ?0x(?<hex>[0-9a-f]{1,16}))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tlbi();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Barriers;
using Orleans.Mmu.Explain.Descriptors;
using Orleans.Mmu.Explain.Names;
using Orleans.Mmu.Explain.Oopses;
using Orleans.Mmu.Explain.Registers;
using Orleans.Mmu.Explain.Steps;
using Orleans.Mmu.Explain.Syndromes;
using Orleans.Mmu.Explain.Tlbis;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Explain.Questions;

/// <summary>Finds out what a text is, and explains it.</summary>
/// <param name="Geometry">The shape of the tables, for descriptors and for an oops that does not name it.</param>
/// <param name="Level">The level at which a descriptor is read; null where the text must say it.</param>
public sealed partial record Question(TranslationGeometry Geometry, Level? Level)
{
    private const string Forms = "expected a name, pte=0x…, esr=0x…, TCR_EL1=0x… or an oops";

    /// <param name="text">The value, name or report to explain, with any spaces and line ends.</param>
    /// <exception cref="UnexplainedException">The text is nothing that can be explained.</exception>
    /// <exception cref="InputException">It is an oops with something wrong in it.</exception>
    public Explanation Answer(string text)
    {
        string what = AskedText.Of(text);
        return NamedThings.Find(what) ?? Valued(what) ?? OfRegister(what) ?? Instruction(what)
            ?? (OopsReader.IsOops(text) ? OopsWords.Explain(OopsReader.Read("oops", text), Geometry) : null)
            ?? throw new UnexplainedException(
                $"{Forms}, found \"{OneLine.Of(what)}\"{NearestName.Hint(what, NamedThings.All)}")
            { IsUnknown = true };
    }

    /// <summary>Whether a text names a descriptor by Linux's word for its level: "pte=0x…".</summary>
    public static bool SaysLevel(string text) =>
        Value().Match(AskedText.Of(text)).Groups["name"].Value is ['p' or 'P', ..];

    private Explanation? Valued(string what)
    {
        if (Value().Match(what) is not { Success: true } match)
            return null;
        string name = match.Groups["name"].Value.ToLowerInvariant();
        ulong value = NumberOf(match);
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

    private Explanation? OfRegister(string what) =>
        RegisterValue().Match(what) is { Success: true } match
        && SystemRegisters.Find(match.Groups["name"].Value) is { } register
            ? RegisterValues.Explain(register, NumberOf(match), Geometry.PaBits == 52)
                ?? throw new UnexplainedException(
                    $"expected a value of {string.Join(", ", RegisterValues.Names)}, found one of {register.Name}")
            : null;

    private static ulong NumberOf(Match match)
    {
        string digits = match.Groups["hex"].Value;
        if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            throw new UnexplainedException($"expected 1 to 16 hexadecimal digits, found \"{OneLine.Of(digits)}\"");
        // The kernel prints 8 or 16 digits where it leaves 0x out; a debugger that prints decimal prints other lengths.
        if (!match.Groups["prefix"].Success && digits.Length is > 8 and < 16 && digits.All(char.IsAsciiDigit))
            throw new UnexplainedException(
                $"expected a hexadecimal value, with 0x or of 8 or 16 digits, found {digits}, which may be decimal");
        return value;
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
        string lower = what.ToLowerInvariant();
        if (StepOf(what, lower) is { } step)
            return StepWords.Of(step);
        if (lower is "isb sy" or "isb()")
            return StepWords.Of(Isb.Instance);
        if (BarrierForm.Find(lower) is { } barrier)
            return BarrierWords.Explain(barrier);
        if (Tlbi().Match(lower) is { Success: true } match
            && TlbiExplanation.Of(
                match.Groups["name"].Value, ValueOf(match.Groups["hex"]),
                wide: Geometry.Format == OutputAddressFormat.Lpa2) is { } tlbi)
        {
            return tlbi;
        }

        return RegisterWords.Find(what);
    }

    // Names of words and locks that a protocol chooses are in lower case; other steps are known by their texts.
    private static Step? StepOf(string what, string lower) =>
        Step.TryParse(what, out var step) || Step.TryParse(lower, out step) ? step
            : Step.All.FirstOrDefault(s => s.Text.Equals(what, StringComparison.OrdinalIgnoreCase));

    private static ulong? ValueOf(Group hex) => hex.Success && ulong.TryParse(
        hex.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    [GeneratedRegex(
        "^(?:(?:(?<name>pte|pmd|pud|p4d|pgd|esr(?:_el[123])?) ?[=: ] ?(?<prefix>0x)?|(?<prefix>0x))(?<hex>[^ ]+)"
            + "|(?<hex>[0-9a-f]{8}|[0-9a-f]{16}))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Value();

    [GeneratedRegex(
        "^(?<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)(?: ?[=:] ?(?<prefix>0x)?| (?<prefix>0x))(?<hex>[^ ]+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RegisterValue();

    // The instruction, or Linux's macro of it: "tlbi vae1is, x0", "__tlbi(vae1is, addr)". A register's name holds any
    // value.
    [GeneratedRegex(
        "^(?:tlbi |__tlbi ?\\( ?)?(?<name>[a-z]+[0-9a-z]*)"
            + "(?:,? ?0x(?<hex>[0-9a-f]{1,16})|, ?[a-z_][a-z0-9_]*)? ?\\)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Tlbi();
}

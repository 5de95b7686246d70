using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>Values and names of words in both spellings: PTE(x) and pte_x, PA(x) and phy_x.</summary>
internal static partial class ValueText
{
    public static Value Read(string text)
    {
        if (text.StartsWith('('))
            return new Value.Entry(ReadDescriptor(text, ""));
        if (Number(text) is { } number)
            return new Value.Number(number);
        return CodeLabel().Match(text) is { Success: true }
            ? throw new NotExpressibleException($"value {text}") : new Value.Address(ReadLocation(text));
    }

    /// <param name="page">The page that a descriptor without oa maps.</param>
    public static PageDescriptor ReadDescriptor(string text, string page)
    {
        var result = new PageDescriptor(page);
        foreach (var field in Pieces.Of(text[1..^1], ','))
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? (field, "") : (field[..colon].Trim(), field[(colon + 1)..].Trim());
            var set = value == "1";
            result = name switch
            {
                "oa" => result with { OutputPage = PhysicalPage(value) },
                "valid" => result with { Valid = set },
                "af" => result with { AccessFlag = set },
                "db" => result with { Writable = set },
                "dbm" => result with { DirtyBitModifier = set },
                "el0" => result with { Unprivileged = set },
                "attrs" => result with { Attributes = value.Replace(" ", "", StringComparison.Ordinal) },
                "" => result,
                _ => throw new NotExpressibleException($"descriptor field {name}"),
            };
        }
        return result;
    }

    public static Location ReadLocation(string text)
    {
        text = text.Trim().TrimStart('[').TrimEnd(']').Trim();
        var entry = EntryName().Match(text);
        if (entry.Success)
            return Location.Descriptor(entry.Groups[1].Success ? entry.Groups[1].Value : entry.Groups[2].Value);
        return Name().IsMatch(text) ? Location.Data(text) : throw new NotExpressibleException($"word {text}");
    }

    public static long? Number(string text)
    {
        var digits = text.TrimStart('#').Trim();
        var negative = digits.StartsWith('-');
        digits = digits.TrimStart('-');
        var hex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(
            hex ? digits[2..] : digits, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out var number) ? negative ? -number : number : null;
    }

    private static string PhysicalPage(string text)
    {
        var match = PhysicalName().Match(text);
        return match.Success ? match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value
            : throw new NotExpressibleException($"output address {text}");
    }

    [GeneratedRegex(@"^(?:(?:PTE|TTD)\(\s*(\w+)\s*\)|pte_(\w+))$")]
    private static partial Regex EntryName();

    [GeneratedRegex(@"^(?:PA\(\s*(\w+)\s*\)|phy_(\w+))$")]
    private static partial Regex PhysicalName();

    [GeneratedRegex(@"^[A-Za-z_]\w*$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^label:")]
    private static partial Regex CodeLabel();
}

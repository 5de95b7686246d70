using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Steps;

/// <summary>A TLBI instruction with the contents of its register.</summary>
public static class TlbiExplanation
{
    /// <param name="name">The operation without "tlbi", in lower case: "rvaae1is".</param>
    /// <param name="register">The value of its register; null where none was given.</param>
    /// <param name="wide">Whether TCR_ELx.DS is 1 (FEAT_LPA2), which changes the unit of BaseADDR.</param>
    /// <returns>Null if no TLBI has that name.</returns>
    public static Explanation? Of(string name, ulong? register, bool wide)
    {
        if (TlbiNames.FindAny(Encoding.UTF8.GetBytes(name)) is not var (found, broadcast, range))
            return null;
        string subject = register is { } value ? Text($"tlbi {name}, 0x{value:x16}") : $"tlbi {name}";
        return new(ExplainedKind.Tlbi, subject, TlbiWords.Of(found, broadcast, range))
        {
            Sections = register is { } given && found.Scope != TlbiScope.All
                ? [new("the register", [.. Fields(found, range, given, wide)], [])] : [],
            Rules =
            [
                .. ((string[])["R_TGVWD", "R_YNJCP", "R_LXHLD", .. TlbiWords.Labels(found, range)])
                    .Select(ArmRules.Of),
            ],
            Commands = ["mmu lint TRACE --bbm 0"],
        };
    }

    private static IEnumerable<ExplainedField> Fields(TlbiName name, bool range, ulong register, bool wide)
    {
        bool intermediate = name.Regime is TlbiRegime.Stage2;
        if (name.Scope is TlbiScope.Asid or TlbiScope.Va or TlbiScope.VaLastLevel && name.Regime is TlbiRegime.El1)
            yield return new("ASID", Text($"0x{TlbiOperandFormat.AsidOf(register):x}"), "bits 63:48");
        if (name.Scope is TlbiScope.Asid)
            yield break;
        var format = new TlbiOperandFormat(wide, intermediate);
        var operand = range ? format.DecodeRange(register) : format.DecodeAddress(register);
        ulong last = operand.Address.Value + operand.Length - 1;
        yield return range
            ? new("range", Text($"0x{operand.Address.Value:x16} to 0x{last:x16}"), Covered(operand))
            : new("address", Text($"0x{operand.Address.Value:x16}"), "the leaf that translates it, of whatever size");
        if (range)
        {
            yield return operand.Granule is { } tg
                ? new("TG", tg.Name, "must be the granule of the tables, or the operation need not do anything")
                : new("TG", "0", "reserved: the operation names nothing");
        }

        yield return operand.Level is { } level
            ? new("TTL", Text($"{level}"), "the level of the leaf; a leaf of another level may stay")
            : new("TTL", "0", "no hint: leaves of every level");
    }

    private static string Covered(TlbiOperand operand) => operand.Span is { } span
        ? Text($"{span.Pages} pages of {operand.Granule?.Name ?? "4K"}: SCALE {span.Scale}, NUM {span.Number}") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Tlbis;

/// <summary>A TLBI instruction with what its register holds.</summary>
internal static class TlbiExplanation
{
    /// <param name="name">The operation without "tlbi", in lower case: "rvaae1is".</param>
    /// <param name="register">The value of its register; null where none was given.</param>
    /// <param name="wide">Whether TCR_ELx.DS is 1 (FEAT_LPA2), which changes the unit of BaseADDR.</param>
    /// <returns>Null if no TLBI has that name.</returns>
    public static Explanation? Of(string name, ulong? register, bool wide)
    {
        if (TlbiForm.Find(name) is not { } form)
            return null;
        string subject = register is { } value
            ? string.Create(CultureInfo.InvariantCulture, $"tlbi {name}, 0x{value:x16}") : $"tlbi {name}";
        return new(ExplainedKind.Tlbi, subject, TlbiWords.Of(form))
        {
            Sections =
            [
                register is { } given ? TlbiOperandWords.Of(form, given, wide) : TlbiOperandWords.Layout(form),
            ],
            Rules =
            [
                .. ((string[])["R_TGVWD", "R_YNJCP", "R_LXHLD", .. TlbiWords.Labels(form)]).Select(ArmRules.Of),
            ],
            Commands = form.Known is null ? [] : ["mmu lint TRACE --bbm 0"],
        };
    }
}

using System.Collections.Frozen;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Which registers one operand of an instruction can name.</summary>
/// <param name="Expected">What can stand there, for an error.</param>
internal sealed record RegisterRule(string Expected, Func<LitmusRegister, bool> Fits);

/// <summary>
/// Which registers A64's encodings have for each operand, where that is not any register. Source: Arm ARM, "A64 Base
/// Instruction Descriptions".
/// </summary>
internal static class RegisterRules
{
    /// <summary>After a mnemonic: the form whose last operand is a number.</summary>
    public const string Immediate = " #";

    /// <summary>After a mnemonic: the form whose last register is extended.</summary>
    public const string Extended = " SXTW";

    private static readonly RegisterRule Wide = new("an X register", r => r.Wide);
    private static readonly RegisterRule Half = new("a W register", r => !r.Wide);
    private static readonly RegisterRule Status = new("a W register for the status", r => !r.Wide);

    // The number 31 of XZR means SP in such a place.
    private static readonly RegisterRule NotZero = new("a register other than XZR and WZR", r => !r.IsZero);

    private static readonly FrozenDictionary<string, RegisterRule?[]> Rows = new Dictionary<string, RegisterRule?[]>
    {
        ["SXTW"] = [Wide, Half],
        ["UXTW"] = [null, Half],
        ["ADD #"] = [NotZero, NotZero],
        ["SUB #"] = [NotZero, NotZero],
        ["SUBS #"] = [null, NotZero],
        ["CMP #"] = [NotZero],
        ["AND #"] = [NotZero],
        ["BIC #"] = [NotZero],
        ["ORR #"] = [NotZero],
        ["EOR #"] = [NotZero],
        ["ADD SXTW"] = [NotZero, NotZero],
        ["SUB SXTW"] = [NotZero, NotZero],
        ["SUBS SXTW"] = [null, NotZero],
        ["CMP SXTW"] = [NotZero],
        ["STXR"] = [Status],
        ["STLXR"] = [Status],
        ["TLBI"] = [null, Wide],
        ["AT"] = [null, Wide],
        ["ADR"] = [Wide],
        ["MRS"] = [Wide],
        ["MSR"] = [null, Wide],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// The rule of the first operand that is a register which no encoding has there; null where all fit.
    /// </summary>
    /// <param name="form">The mnemonic, with the form where it has several.</param>
    public static (int Operand, string Expected)? Broken(string form, string[] operands)
    {
        var rules = Rows.GetValueOrDefault(form, []);
        for (int i = 0; i < rules.Length && i < operands.Length; i++)
        {
            if (rules[i] is { } rule && LitmusOperands.Register(operands[i]) is { } register && !rule.Fits(register))
                return (i, rule.Expected);
        }

        return null;
    }
}

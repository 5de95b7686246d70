using System.Globalization;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Explain.Answers;

namespace Orleans.Mmu.Explain.Tlbis;

/// <summary>The register of a TLBI: which fields it has, and what a value holds in them.</summary>
internal static class TlbiOperandWords
{
    /// <summary>The fields of the register of a form, without a value.</summary>
    public static ExplanationSection Layout(TlbiForm form) => form.Operand() is TlbiOperandKind.None
        ? new("the register", [], ["The instruction takes no register."])
        : new("the register", [.. LayoutFields(form)], []);

    /// <summary>The fields of a value.</summary>
    /// <param name="wide">Whether TCR_ELx.DS is 1 (FEAT_LPA2), which changes the unit of BaseADDR.</param>
    public static ExplanationSection Of(TlbiForm form, ulong register, bool wide) => form.Operand() switch
    {
        TlbiOperandKind.None or TlbiOperandKind.PhysicalRange => Layout(form),
        _ => new("the register", [.. Fields(form, register, wide)], []),
    };

    private static IEnumerable<ExplainedField> LayoutFields(TlbiForm form)
    {
        var kind = form.Operand();
        if (kind is TlbiOperandKind.PhysicalRange)
        {
            yield return new("SIZE", "bits 47:44", "the size of the range");
            yield return new("address", "bits 39:0", "PA[51:12], where the range begins");
            yield break;
        }

        yield return kind switch
        {
            TlbiOperandKind.Asid or TlbiOperandKind.AddressOfAsid =>
                new("ASID", "bits 63:48", "the ASID; TCR_EL1.AS selects 8 or 16 bits"),
            TlbiOperandKind.AddressOfEl2 =>
                new("ASID", "bits 63:48", "the ASID where HCR_EL2.E2H is 1, otherwise reserved (RES0)"),
            TlbiOperandKind.Intermediate =>
                new("NS", "bit 63", "the IPA space, in Secure state alone; bits 62:48 are reserved (RES0)"),
            _ => new("", "bits 63:48", "reserved (RES0): no ASID is named"),
        };
        if (kind is TlbiOperandKind.Asid)
            yield break;
        if (form.Range)
        {
            yield return new("TG", "bits 47:46", "the granule of the tables: 1 is 4K, 2 is 16K, 3 is 64K");
            yield return new("SCALE", "bits 45:44", "with NUM the length: (NUM + 1) * 2^(5 * SCALE + 1) pages of TG");
            yield return new("NUM", "bits 43:39", "see SCALE");
            yield return new("TTL", "bits 38:37", "the level of the leaves; 0 is no hint");
            yield return new("BaseADDR", "bits 36:0",
                "where the range begins, in pages of TG, or in units of 64K where TCR_ELx.DS is 1");
            yield break;
        }

        yield return new("TTL", "bits 47:44", "the granule and the level of the leaf; 0 is no hint (FEAT_TTL)");
        yield return kind is TlbiOperandKind.Intermediate
            ? new("address", "bits 39:0", "IPA[51:12]") : new("address", "bits 43:0", "VA[55:12]");
    }

    private static IEnumerable<ExplainedField> Fields(TlbiForm form, ulong register, bool wide)
    {
        var kind = form.Operand();
        if (kind is TlbiOperandKind.Asid or TlbiOperandKind.AddressOfAsid)
            yield return new("ASID", Text($"0x{TlbiOperandFormat.AsidOf(register):x}"), "bits 63:48");
        if (kind is TlbiOperandKind.Asid)
            yield break;
        var format = new TlbiOperandFormat(wide, kind is TlbiOperandKind.Intermediate);
        var operand = form.Range ? format.DecodeRange(register) : format.DecodeAddress(register);
        ulong last = operand.Address.Value + operand.Length - 1;
        yield return form.Range
            ? new("range", Text($"0x{operand.Address.Value:x16} to 0x{last:x16}"), Covered(operand))
            : new("address", Text($"0x{operand.Address.Value:x16}"), "the leaf that translates it, of whatever size");
        if (form.Range)
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

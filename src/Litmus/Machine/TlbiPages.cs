using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>The pages that the register of a TLBI by address or by range names.</summary>
/// <param name="First">The first page; −1 for none.</param>
/// <param name="Count">How many pages, from the first one on.</param>
/// <param name="Fields">The register's other fields.</param>
internal readonly record struct TlbiPages(int First, int Count, TlbiOperand Fields)
{
    public static TlbiPages None => new(-1, 0, default);

    /// <summary>
    /// The pages of a register. What holds no page number names no page of the test, nor does a hint or a range of
    /// another granule (R_SQXYZ, R_XKMMX): the pages of a test are 4K.
    /// </summary>
    /// <exception cref="InputException">
    /// Another ASID than 0 is named, or the range leaves the block of its first page.
    /// </exception>
    public static TlbiPages Of(LitmusTest test, TlbiInstruction tlbi, LitmusValue register)
    {
        if (tlbi.Scope == TlbiScope.Asid && register.Kind == LitmusValueKind.Number)
            RefuseAsid(test, tlbi, TlbiOperandFormat.AsidOf((ulong)register.Bits));
        if (tlbi.Scope == TlbiScope.Asid || register.Kind != LitmusValueKind.PageNumber)
            return None;
        var format = default(TlbiOperandFormat);
        int offset = test.Names.Pages[register.Page].Offset;
        ulong bits = (ulong)(register.OperandFields | (uint)offset);
        var fields = tlbi.IsRange ? format.DecodeRange(bits) : format.DecodeAddress(bits);
        RefuseAsid(test, tlbi, fields.Asid);
        ulong count = fields.Span?.Pages ?? 1;
        if (!fields.NamesTablesOf(Granule.K4) || !fields.BeginsWithLeaf)
            return None;
        return (ulong)offset + count <= LitmusNames.PagesOfBlock
            ? new(register.Page, (int)count, fields)
            : throw new InputException(
                test.Source, tlbi.Line,
                $"expected a range within the {LitmusNames.PagesOfBlock} pages of a block, found {count} pages from "
                + $"{test.Names.PageName(register.Page)} on in {tlbi.Text}");
    }

    private static void RefuseAsid(LitmusTest test, TlbiInstruction tlbi, ushort asid)
    {
        if (asid != 0)
            throw new InputException(
                test.Source, tlbi.Line,
                $"expected ASID 0, which every CPU of a test has, found {asid} in {tlbi.Text}");
    }

    public bool Contains(LitmusNames names, int page)
    {
        if (First < 0 || names.Pages[page].Base != names.Pages[First].Base)
            return false;
        int distance = names.Pages[page].Offset - names.Pages[First].Offset;
        return distance >= 0 && distance < Count;
    }
}

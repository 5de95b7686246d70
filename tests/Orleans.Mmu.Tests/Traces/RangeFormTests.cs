using System.Text.RegularExpressions;
using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A TLBI by range says what the TLBIs by page of the same range say, in every granule and in both halves.
/// </summary>
public sealed class RangeFormTests
{
    private const ulong Root = 0x10_0000;
    private const ulong Step = 0x1_0000;
    private const ulong Lock = 0x9000;
    private const ulong Table = 3;
    private const ulong Page = 0x403;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong AddressMask = (1UL << 56) - 1;

    // TG0, TG1, TG of a TLBI, log2 of the page, bits of a tree of two levels.
    private sealed record Shape(ulong Tg0, ulong Tg1, ulong Tg, int PageShift, int TwoLevels)
    {
        public int IndexBits => PageShift - 3;
    }

    private static readonly Shape[] Shapes = [new(0, 2, 1, 12, 30), new(2, 1, 2, 14, 36), new(1, 3, 3, 16, 42)];

    private sealed record Form(bool ByAsid, bool LastLevel, bool Broadcast)
    {
        public string Name(bool range) =>
            $"{(range ? "r" : "")}va{(ByAsid ? "" : "a")}{(LastLevel ? "l" : "")}e1{(Broadcast ? "is" : "")}";
    }

    // What the TLBI names: pages from a page of the table on, which may lie before it.
    private sealed record Operand(int First, int Scale, int Number, ulong Tg, ulong Level, ulong Asid)
    {
        public int Pages => (Number + 1) << (5 * Scale + 1);
    }

    private sealed record Change(bool Unlinks, int[] Pages, bool[] AreGlobal, int Index);

    private static readonly Gen<Form> Forms = Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, (a, l, b) => new Form(a, l, b));

    private static readonly Gen<Operand> Operands = Gen.Select(
        Gen.Int[-80, 80], Gen.Int[0, 1], Gen.Int[0, 31], Gen.Frequency((5, Gen.Const(0UL)), (1, Gen.ULong[1, 3])),
        Gen.Frequency((2, Gen.Const(0UL)), (1, Gen.ULong[1, 3])),
        Gen.Frequency((3, Gen.Const(3UL)), (1, Gen.Const(5UL))),
        (first, scale, number, tg, level, asid) => new Operand(first, scale, number, tg, level, asid));

    private static readonly Gen<Change> Changes = Gen.Select(
        Gen.Bool, Gen.Int[0, 90].Array[1, 6], Gen.Bool.Array[6], Gen.Int[0, 3],
        (unlinks, pages, global, index) => new Change(unlinks, [.. pages.Distinct()], global, index));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void ARangeIsItsPages(int shape, bool wide)
    {
        int clean = 0, unclean = 0;
        Gen.Select(Forms, Operands, Changes, Gen.Bool, Gen.OneOf(Enum.GetValues<BbmLevel>())).ForAll(
            (form, operand, change, upper, level) =>
            {
                var byRange = Trace(Shapes[shape], wide, upper, form, operand, change, range: true).Lint(level);
                var byPages = Trace(Shapes[shape], wide, upper, form, operand, change, range: false).Lint(level);
                Assert.Equal(WithoutTlbi(byPages.Violation?.Reason), WithoutTlbi(byRange.Violation?.Reason));
                Interlocked.Increment(ref byRange.Violation is null ? ref clean : ref unclean);
            }, iter: 150);
        Assert.True(clean > 0 && unclean > 0, $"{clean} clean and {unclean} unclean");
    }

    // The reason without the clause that names a TLBI of the trace: one range is several operations by address.
    private static string? WithoutTlbi(string? reason) =>
        reason is null ? null : Regex.Replace(reason, ", since no (?:TLBI|DSB) .* \\(R_DDMVT\\): ", " (R_DDMVT): ");

    private static TraceText Trace(
        Shape shape, bool wide, bool upper, Form form, Operand operand, Change change, bool range)
    {
        int bits = wide ? 52 : shape.TwoLevels;
        // DS exists with 4K and 16K pages; its ranges begin at multiples of 64K.
        bool ds = wide && shape.PageShift < 16;
        ulong size = (ulong)(64 - bits);
        ulong tcr = (ds ? 1UL << 59 : 0) | shape.Tg1 << 30 | size << 16 | shape.Tg0 << 14 | size;
        var trace = new TraceText()
            .Add($"sysreg-write ID (sysreg tcr_el1) (value 0x{tcr:x})")
            .Add($"hint ID (kind set_root_lock) (location 0x{Root:x}) (value 0x{Lock:x})");

        // The last table is that of the fourth entry of each table above, so that pages before it exist.
        int levels = (bits - shape.PageShift + shape.IndexBits - 1) / shape.IndexBits;
        ulong start = upper ? AddressMask + 1 - (1UL << bits) : 0;
        ulong address = Root, parent = 0;
        for (int left = levels - 1; left > 0; left--)
        {
            parent = address + (ulong)(3 + change.Index) * 8;
            start += (ulong)(3 + change.Index) << (shape.PageShift + left * shape.IndexBits);
            trace.Write(parent, address + Step | Table);
            address += Step;
        }

        for (int i = 0; i < change.Pages.Length; i++)
            trace.Write(Entry(i), Leaf(i, 0x4000_0000));
        string register = upper ? "ttbr1_el1" : "ttbr0_el1";
        // TCR_EL1.A1 is 0, so TTBR0 holds the ASID.
        trace.Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x3000000800000)")
            .Add($"sysreg-write ID (sysreg {register}) (value 0x{3UL << 48 | Root:x})")
            .Add($"lock ID (address 0x{Lock:x})");
        if (change.Unlinks)
            trace.Write(parent, 0);
        for (int i = 0; !change.Unlinks && i < change.Pages.Length; i++)
            trace.Write(Entry(i), 0);

        trace.Dsb();
        long first = (long)(start >> shape.PageShift) + operand.First;
        if (ds)
            first &= ~((1L << (16 - shape.PageShift)) - 1);
        ulong tg = operand.Tg == 0 ? shape.Tg : operand.Tg;
        if (range)
        {
            ulong at = (ulong)(ds ? first >> (16 - shape.PageShift) : first) & (1UL << 37) - 1;
            trace.Tlbi(form.Name(range: true), operand.Asid << 48 | tg << 46 | (ulong)operand.Scale << 44
                | (ulong)operand.Number << 39 | operand.Level << 37 | at);
        }
        else if (tg == shape.Tg)
        {
            for (long page = first; page < first + operand.Pages; page++)
            {
                ulong va = (ulong)page << shape.PageShift;
                // Pages of other tables translate nothing here.
                if (va - start >= 1UL << (shape.PageShift + shape.IndexBits))
                    continue;
                ulong hint = operand.Level == 0 ? 0 : tg << 46 | operand.Level << 44;
                trace.Tlbi(form.Name(range: false), operand.Asid << 48 | hint | (va & AddressMask) >> 12);
            }
        }

        trace.Dsb();
        if (change.Unlinks)
            return trace.Write(parent, 0x8000_0000_0401);
        for (int i = 0; i < change.Pages.Length; i++)
            trace.Write(Entry(i), Leaf(i, 0x8000_0000));
        return trace;

        ulong Entry(int i) => address + (ulong)change.Pages[i] * 8;

        ulong Leaf(int i, ulong output) =>
            output + ((ulong)change.Pages[i] << shape.PageShift) | Page | (change.AreGlobal[i] ? 0 : NotGlobal);
    }
}

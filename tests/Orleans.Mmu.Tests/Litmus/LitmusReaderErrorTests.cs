using CsCheck;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Tests.Shared;
using static Orleans.Mmu.Tests.Litmus.SampleLitmus;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>Bad tests: one line that names file, line, what was expected and what was found.</summary>
public class LitmusReaderErrorTests
{
    [Theory]
    [InlineData("AArch64 t", "X86 t", "f:1: expected a test for AArch64 (\"AArch64 NAME\"), found X86 t")]
    [InlineData("Variant=vmsa", "Variant=mixed", "f:2: expected the variants vmsa, fatal, precise, imprecise, "
        + "handled, skip, faultToNext, ets2, ets3, exs, eis or eos, found mixed, which is not supported (accesses of "
        + "several sizes)")]
    [InlineData("Variant=vmsa", "Variant=vmsa,ifetch", "f:2: expected the variants vmsa, fatal, precise, imprecise, "
        + "handled, skip, faultToNext, ets2, ets3, exs, eis or eos, found ifetch, which is not supported (instruction "
        + "fetch)")]
    [InlineData("Variant=vmsa", "CacheType=IDC", "f:2: expected a test without CacheType, which is about instruction "
        + "fetch, found CacheType=IDC: instruction fetch is not supported")]
    [InlineData("Variant=vmsa", "TTHM=HX", "f:2: expected SW (software alone), HA (hardware updates the access flag) "
        + "or HD (and the dirty state), found HX")]
    [InlineData("Variant=vmsa", "TTHM=P1:HA", "f:2: expected a CPU from P0 to P0, found P1")]
    [InlineData("Variant=vmsa", "TTHM=HA\nBBM=0", "f:2: expected SW in a test with BBM=… or contiguous descriptors, "
        + "found hardware updates")]
    [InlineData("Variant=vmsa", "BBM=0,4", "f:2: expected BBM= and up to 7 of 0, 1, 2 and 3 with commas between, "
        + "found 0,4")]
    [InlineData("x=1;", "x=;", "f:4: expected a value: a number, a page, PTE(x), or a descriptor in ( ), found ;")]
    [InlineData("x=1;", "x=1; x=2;", "f:4: expected one value for x, found a second")]
    [InlineData("(oa:PA(x))", "(oa:PA(x), valid:0, valid:1)", "f:5: expected each field of a descriptor once, found "
        + "valid again")]
    [InlineData("(oa:PA(x))", "(oa:PA(x), table:PTE(x))", "f:5: expected oa without table, found both")]
    [InlineData("(oa:PA(x))", "(root:swapper, valid:0)", "f:5: expected root without valid, found both")]
    [InlineData("(oa:PA(x))", "(oa:x)", "f:5: expected PA(x) or phy_x after oa:, found x")]
    [InlineData("(oa:PA(x))", "(oa:PA(x), valid:2)", "f:5: expected 0 or 1, found 2")]
    [InlineData("(oa:PA(x))", "(oa:PA(x), size:1)", "f:5: expected a field of a descriptor (oa, valid, af, db, dbm, "
        + "el0, x, attrs, cont, nt, ng, table) or of a root (root, cnp), found size:1)")]
    [InlineData("0:X3=x;", "1:X3=x;", "f:6: expected a CPU from P0 to P0, found P1")]
    [InlineData("0:X3=x;", "0:X33=x;", "f:6: expected a register X0 to X30, found X33")]
    [InlineData("P0          ;", "P1          ;", "f:8: expected P0 at the head of column 1, found P1")]
    [InlineData("STR XZR,[X1] ;", "LDXP W2,W4,[X1] ;", "f:9: expected an instruction that is supported "
        + "(docs/litmus.md lists them), found LDXP in LDXP W2,W4,[X1]")]
    [InlineData("STR XZR,[X1] ;", "STXR X2,X0,[X1] ;", "f:9: expected a W register for the status in STXR X2,X0,[X1], "
        + "found X2")]
    [InlineData("STR XZR,[X1] ;", "CAS W2,X3,[X1] ;", "f:9: expected registers of one width in CAS W2,X3,[X1], found "
        + "X3")]
    [InlineData("STR XZR,[X1] ;", "ADD X4,X2,X3,SXTW ;", "f:9: expected a W register to extend in ADD X4,X2,X3,SXTW, "
        + "found X3")]
    [InlineData("STR XZR,[X1] ;", "MSR SPSR_EL1,X3 ;", "f:9: expected an instruction that is supported "
        + "(docs/litmus.md lists them), found MSR SPSR_EL1 in MSR SPSR_EL1,X3")]
    [InlineData("STR XZR,[X1] ;", "TLBI IPAS2E1IS,X1 ;", "f:9: expected an instruction that is supported "
        + "(docs/litmus.md lists them), found TLBI IPAS2E1IS in TLBI IPAS2E1IS,X1")]
    [InlineData("STR XZR,[X1] ;", "IC IVAU,X1 ;", "f:9: expected an instruction that is supported (docs/litmus.md "
        + "lists them), found IC in IC IVAU,X1 (instruction fetch)")]
    [InlineData("STR XZR,[X1] ;", "LDRH W2,[X1] ;", "f:9: expected an instruction that is supported (docs/litmus.md "
        + "lists them), found LDRH in LDRH W2,[X1] (accesses of several sizes)")]
    [InlineData("0:X3=x;", "0:X3=x:red;", "f:6: expected an address without a tag, found x:red: memory tags (MTE) "
        + "are not supported")]
    [InlineData("0:X3=x;", "0:X3=label:\"P0:L7\";", "f:6: expected a label of P0, found L7")]
    [InlineData("(oa:PA(x))", "(oa:PA(x), attrs:(TaggedNormal))", "f:5: expected memory without tags, found "
        + "TaggedNormal: memory tags (MTE) are not supported")]
    [InlineData("x=1;", "int x[5];", "f:4: expected an array of 1 to 4 elements, found 5")]
    [InlineData("x=1;", "int x[2]={1,2,3};", "f:4: expected 2 elements for x, found more")]
    [InlineData("STR XZR,[X1] ;", "AT S1E2R,X1 ;", "f:9: expected an instruction that is supported (docs/litmus.md "
        + "lists them), found AT S1E2R in AT S1E2R,X1")]
    [InlineData("STR XZR,[X1] ;", "CBZ W2,nowhere ;", "f:9: expected a label of this CPU in CBZ W2,nowhere, found "
        + "nowhere")]
    [InlineData("STR XZR,[X1] ;", "STR XZR,[X1] | NOP ;", "f:9: expected 1 columns, found 2")]
    [InlineData("Variant=vmsa", "EL0=P6", "f:2: expected a CPU from P0 to P0, found P6")]
    [InlineData("STR XZR,[X1] ;", "LSL X0,X2,#64 ;", "f:9: expected a shift from 0 to 63 in LSL X0,X2,#64, found #64")]
    [InlineData("STR XZR,[X1] ;", "LSR W0,W2,#32 ;", "f:9: expected a shift from 0 to 31 in LSR W0,W2,#32, found #32")]
    [InlineData("STR XZR,[X1] ;", "ADD X0,X2,#4097 ;", "f:9: expected a number from 0 to 4095, or a multiple of 4096 "
        + "up to 0xfff000 in ADD X0,X2,#4097, found #4097")]
    [InlineData("STR XZR,[X1] ;", "MOV W0,#0x1ffffffff ;", "f:9: expected a number that one MOV to a W register can "
        + "hold: 16 bits at a multiple of 16, the inverse of such, or a bitmask immediate in MOV W0,#0x1ffffffff, "
        + "found #0x1ffffffff")]
    [InlineData("STR XZR,[X1] ;", "MOV X0,#0x12345 ;", "f:9: expected a number that one MOV to an X register can "
        + "hold: 16 bits at a multiple of 16, the inverse of such, or a bitmask immediate in MOV X0,#0x12345, found "
        + "#0x12345")]
    [InlineData("STR XZR,[X1] ;", "AND X0,X2,#5 ;", "f:9: expected a bitmask immediate: repeated runs of ones, "
        + "neither 0 nor all ones in AND X0,X2,#5, found #5")]
    [InlineData("STR XZR,[X1] ;", "ADD X0,W2,X3 ;", "f:9: expected registers of one width in ADD X0,W2,X3, found W2")]
    [InlineData("P0          ;", "P0 | P1.F   ;", "f:8: expected P0.F or another CPU's fault handler, each once, at "
        + "the head of column 2, found P1.F")]
    [InlineData("P0:L0", "P0:L1", "f:11: expected a label of P0, found L1")]
    [InlineData("exists (fault(P0:L0,x))", "exists (fault(P0:L0,x)", "f:11: expected ), found the end of the file")]
    [InlineData("exists (fault(P0:L0,x))", "", "f:11: expected exists, ~exists or forall, found the end of the file")]
    [InlineData("exists (fault(P0:L0,x))", "(* exists", "f:11: expected the end of a comment, *), found the end of "
        + "the file")]
    public void AMistakeIsOneLine(string good, string bad, string line)
    {
        string text = Good.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(Good, text);
        var error = Assert.Throws<InputException>(() => LitmusReader.Parse("f", text));
        Assert.Equal(line, error.Message);
    }

    private static IEnumerable<string> SharedTexts(string folder) => SharedFolder.Files(folder, "*.litmus")
        .Select(f => File.ReadAllText(Path.Combine(SharedFolder.Of(folder), f)));

    [Fact]
    public void AnythingElseIsAResultOrOneLine()
    {
        string[] texts =
        [
            .. OwnTests.Files.Select(OwnTests.Read),
            .. SharedTexts("litmus"), .. SharedTexts("litmus-more"),
        ];
        (from text in Gen.Int[0, texts.Length - 1].Select(i => texts[i])
         from edits in Gen.Select(Gen.Int[0, 5], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Char[' ', '~']).Array[1, 4]
         select edits.Aggregate(text, Edit)).ForAll(
            text =>
            {
                try
                {
                    var test = LitmusReader.Parse("f", text);
                    using var limit = new CancellationTokenSource(TestLimit.Length);
                    // What counts for ever is not decided within this much.
                    LitmusExecution.Run(test, false, false, 1 << 24, limit.Token);
                }
                catch (InputException e)
                {
                    Assert.Matches(@"^f:\d+: expected ", e.Message);
                }
            },
            iter: 6000);
    }

    private static string Edit(string text, (int Kind, double At, double Length, char With) edit)
    {
        if (text.Length == 0)
            return text;
        int at = Math.Min((int)(edit.At * text.Length), text.Length - 1);
        int length = Math.Min((int)(edit.Length * edit.Length * 40) + 1, text.Length - at);
        return edit.Kind switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(at, length)),
            2 => text[..at],
            3 => text.Remove(at, 1).Insert(at, edit.With.ToString()),
            4 => text.Insert(at, new string(edit.With, length)),
            _ => text.Remove(at, length)
                .Insert((int)(edit.Length * (text.Length - length)), text.Substring(at, length)),
        };
    }
}

using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Reading;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>Operands that A64 has no encoding for are refused; those beside them are taken.</summary>
public class InstructionEncodingTests
{
    [Theory]
    [InlineData("LDAR W0,[X1,X2]", "an address such as [X1]")]
    [InlineData("LDAPR W0,[X1,#8]", "an address such as [X1]")]
    [InlineData("STLR W0,[X1,W2,SXTW]", "an address such as [X1]")]
    [InlineData("TLBI VAE1IS,W1", "an X register")]
    [InlineData("TLBI RVALE1,W1", "an X register")]
    [InlineData("AT S1E1R,W1", "an X register")]
    [InlineData("MRS W0,ELR_EL1", "an X register")]
    [InlineData("MRS W0,PAR_EL1", "an X register")]
    [InlineData("MSR ELR_EL1,W0", "an X register")]
    [InlineData("MSR TTBR1_EL1,WZR", "an X register")]
    [InlineData("ADR W0,L", "an X register")]
    [InlineData("MOV W0,X1", "registers of one width")]
    [InlineData("MOV X0,WZR", "registers of one width")]
    [InlineData("LDR X0,[X1,X2,SXTW]", "a W register to extend")]
    [InlineData("LDR X0,[X1,W2]", "an X register, or a W register with SXTW or UXTW")]
    [InlineData("LDR X0,[X1,#8,SXTW]", "an index register with SXTW, UXTW, SXTX or LSL")]
    [InlineData("LDR X0,[X1,X2,LSL #2]", "an index without a shift, or one by 3")]
    [InlineData("LDR W0,[X1,X2,LSL #3]", "an index without a shift, or one by 2")]
    [InlineData("LDUR X0,[X1,#256]", "an offset from -256 to 255")]
    [InlineData("STLUR X0,[X1,X2]", "an offset from -256 to 255")]
    [InlineData("LSL X0,X3,X4,LSL #1", "three operands")]
    [InlineData("ASR X0,X2,X3,ASR #1", "three operands")]
    [InlineData("ADD X0,X1,X2,LSL #64", "a shift from 0 to 63")]
    [InlineData("ORR W0,W1,W2,ASR #32", "a shift from 0 to 31")]
    [InlineData("ADD X0,X1,W2,LSL #1", "registers of one width")]
    [InlineData("CMP XZR,W2,SXTW", "a register other than XZR and WZR")]
    [InlineData("TBZ W0,#32,L", "a bit from 0 to 31")]
    [InlineData("MOVZ W0,#1,LSL #32", "LSL by a multiple of 16 up to 16")]
    [InlineData("MOVN X0,#65536", "a number from 0 to 65535")]
    [InlineData("MVN X0,W1", "registers of one width")]
    [InlineData("CSINC X0,X1,W2,EQ", "registers of one width")]
    [InlineData("LDR W0,[X1,#16384]", "an offset from -256 to 255, or a multiple of 4 up to 16380")]
    [InlineData("STR X0,[X1,#257]", "an offset from -256 to 255, or a multiple of 8 up to 32760")]
    [InlineData("STP X0,X2,[X1,#512]", "an offset that is a multiple of 8 from -512 to 504")]
    [InlineData("ADD X0,XZR,#1", "a register other than XZR and WZR")]
    [InlineData("SUB WZR,W0,#1", "a register other than XZR and WZR")]
    [InlineData("SUBS X0,XZR,#1", "a register other than XZR and WZR")]
    [InlineData("CMP XZR,#1", "a register other than XZR and WZR")]
    [InlineData("AND XZR,X0,#1", "a register other than XZR and WZR")]
    [InlineData("ORR WZR,W0,#1", "a register other than XZR and WZR")]
    [InlineData("ADD X0,XZR,W2,SXTW", "a register other than XZR and WZR")]
    [InlineData("LDP X0,X0,[X1]", "two registers that differ")]
    [InlineData("LDP XZR,XZR,[X1]", "two registers that differ")]
    [InlineData("ISB ISH", "SY or a number from 0 to 15")]
    [InlineData("ISB #16", "SY or a number from 0 to 15")]
    public void Is_refused(string instruction, string expected)
    {
        var error = Assert.Throws<InputException>(() => Read(instruction));
        string text = instruction.Replace("LSL #", "LSL#", StringComparison.Ordinal)
            .Replace("ASR #", "ASR#", StringComparison.Ordinal);
        Assert.StartsWith($"f:5: expected {expected} in {text}, found ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOP X0", "NOP")]
    [InlineData("NOP #1", "NOP")]
    [InlineData("ERET X0", "ERET")]
    public void Takes_no_operand(string instruction, string mnemonic) => Assert.Equal(
        $"f:5: expected 0 operands of {mnemonic}, found 1 in {instruction}",
        Assert.Throws<InputException>(() => Read(instruction)).Message);

    [Theory]
    [InlineData("LDAR X0,[X1,#0]")]
    [InlineData("TLBI VAE1IS,XZR")]
    [InlineData("MOV W0,WZR")]
    [InlineData("LDR X0,[X1,W2,UXTW]")]
    [InlineData("LDR X0,[X1,X2,LSL #0]")]
    [InlineData("LDR X0,[X1,X2,LSL #3]")]
    [InlineData("LDR W0,[X1,W2,SXTW #2]")]
    [InlineData("TBNZ X0,#63,L")]
    [InlineData("CMP X0,W2,SXTW")]
    [InlineData("BIC X0,X1,XZR,LSL 10")]
    [InlineData("LDR X0,[X1,X2,SXTX]")]
    [InlineData("LDR W0,[X1,#16380]")]
    [InlineData("ADD X0,XZR,X2")]
    [InlineData("SUBS XZR,X0,#1")]
    [InlineData("ANDS X0,XZR,#1")]
    [InlineData("TST XZR,#1")]
    [InlineData("ORR X0,XZR,#1")]
    [InlineData("SUBS XZR,X0,W2,UXTW")]
    [InlineData("STP XZR,XZR,[X1]")]
    [InlineData("ISB")]
    [InlineData("ISB SY")]
    [InlineData("ISB #15")]
    public void Is_taken(string instruction) => Assert.NotNull(Read(instruction));

    private static Orleans.Mmu.Litmus.Tests.LitmusTest Read(string instruction) => LitmusReader.Parse("f", $$"""
        AArch64 t
        {
        }
         P0 ;
         {{instruction}} ;
         L: NOP ;
        exists (0:X30=0)
        """);
}

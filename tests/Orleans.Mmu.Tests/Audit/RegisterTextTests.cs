using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Audit.Registers;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>Registers as debuggers print them.</summary>
public sealed class RegisterTextTests
{
    [Theory]
    [InlineData("cpu0 TTBR1_EL1 = 0x000200004238d001")]
    [InlineData("TTBR1_EL1: 0x000200004238d001")]
    [InlineData("TTBR1_EL1=0x000200004238d001")]
    [InlineData("TTBR1_EL1=000200004238d001 TCR_EL1=095001f6b54c350c")]
    [InlineData("   TTBR1_EL1: 200004238d001")]
    [InlineData("TTBR1_EL1      0x200004238d001     562951065128961")]
    [InlineData("ttbr1_el1 (/64): 0x000200004238d001")]
    [InlineData("(123) ttbr1_el1 (/64): 0x000200004238D001")]
    [InlineData("CPU#0\nPC=ffff80008113b2a8 X00=0000000000000000\nTTBR1_EL1 = 0x0002_0000_4238_d001\r\n")]
    [InlineData("X1_TTBR1_EL1 = 0x1\nTTBR1_EL12 = 0x2\nTTBR1_EL1 = 0x000200004238d001")]
    [InlineData("TTBR1_EL1 = <unavailable>\nTTBR1_EL1 = 0x000200004238d001")]
    [InlineData("(gdb) p/x $TTBR1_EL1\n$1 = 0x200004238d001\n")]
    [InlineData("{ \"TTBR1_EL1\": \"0x000200004238d001\" }")]
    [InlineData("vcpu=0 reg=TTBR1_EL1 val=0x200004238d001")]
    [InlineData("TTBR1_EL1 -> 0x200004238d001")]
    [InlineData("TTBR1_EL1(0x200004238d001)")]
    [InlineData("| TTBR1_EL1 | 0x200004238d001 |")]
    [InlineData("\u001b[33mTTBR1_EL1\u001b[0m = \u001b[36m0x200004238d001\u001b[0m")]
    public void One_register_in_many_forms(string text) =>
        Assert.Equal(0x0002_0000_4238_d001UL, RegisterText.Parse(text).Require(0, "TTBR1_EL1").Value);

    [Fact]
    public void A_line_that_names_a_CPU_is_about_what_follows()
    {
        var registers = RegisterText.Parse("* CPU #1: thread_id=12\nTTBR1_EL1=0x2\nCPU#0\nTTBR1_EL1=0x1\n");

        Assert.Equal([0, 1], registers.Cpus);
        Assert.Equal((1UL, 4), registers.Find(0, "TTBR1_EL1"));
        Assert.Equal((2UL, 2), registers.Find(1, "TTBR1_EL1"));
    }

    [Theory]
    [InlineData("", "found none")]
    [InlineData("x0 = 0x1\n", "found none")]
    [InlineData("\nCPU#0\n PC=ffff80008113b2a8 X00=0000000000000000 X01=ffff00000ff946d0\n",
        "expected TTBR1_EL1, TCR_EL1, found QEMU's general registers (gdb: info registers TTBR1_EL1; crash: ")]
    [InlineData("TTBR1_EL1 = 0x12345678123456789\n", "TTBR1_EL1: expected a hexadecimal value of at most 64 bits")]
    [InlineData("TTBR1_EL1 = 562951065128961\n", "TTBR1_EL1: expected a hexadecimal value, with 0x or of 16 digits, "
        + "found 562951065128961, which may be decimal")]
    [InlineData("TCR_EL1 = 0x1\nTCR_EL1 = 0x2\n", "TCR_EL1: expected one value for CPU 0, found 0x2 and in line 1 0x1")]
    public void What_is_wrong_is_named(string text, string error) => Assert.Contains(
        error, Assert.Throws<DumpException>(() => RegisterText.Parse(text)).Message, StringComparison.Ordinal);
}

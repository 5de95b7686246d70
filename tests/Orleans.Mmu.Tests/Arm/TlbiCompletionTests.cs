using System.Text;
using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Which DSB completes which TLBI (R_PSMWS), option by option.</summary>
public sealed class TlbiCompletionTests
{
    [Theory]
    [InlineData("nsh", true, false)]
    [InlineData("ish", true, true)]
    [InlineData("osh", true, true)]
    [InlineData("sy", true, true)]
    [InlineData("nshld", false, false)]
    [InlineData("nshst", false, false)]
    [InlineData("ishld", false, false)]
    [InlineData("ishst", false, false)]
    [InlineData("oshld", false, false)]
    [InlineData("oshst", false, false)]
    [InlineData("ld", false, false)]
    [InlineData("st", false, false)]
    public void A_DSB_completes_local_and_broadcast_TLBIs_as_its_option_says(string option, bool local, bool broadcast)
    {
        var kind = DsbOptions.Find(Encoding.ASCII.GetBytes(option));
        Assert.NotNull(kind);
        Assert.Equal(option, kind.Value.Option());
        Assert.Equal(
            (local, broadcast), (kind.Value.Completes(broadcast: false), kind.Value.Completes(broadcast: true)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ISH")]
    [InlineData("ishsts")]
    public void Another_word_is_no_option(string word) => Assert.Null(DsbOptions.Find(Encoding.ASCII.GetBytes(word)));

    [Fact]
    public void Only_a_DSB_for_loads_and_stores_completes_a_TLBI() =>
        Assert.All(Enum.GetValues<DsbKind>(),
            k => Assert.Equal(k.Accesses() == BarrierAccesses.All, k.Completes(broadcast: false)));
}

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Contiguous groups, judged as wholes.</summary>
public sealed class LintGroupTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Contiguous = 1UL << 52;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong ReadOnly = 1UL << 7;

    private static TraceText Pages(Action<TraceText>? fill = null) => TraceText.Tree(TraceText.Pte | 3, fill);

    private static TraceText Group(TraceText trace, ulong output, ulong change = 0, Func<ulong, ulong>? each = null)
    {
        for (ulong i = 0; i < 16; i++)
        {
            ulong page = TraceText.Page(output + 4096 * i) | Contiguous;
            trace.Write(TraceText.Pte + 8 * i, page ^ change ^ (each?.Invoke(i) ?? 0));
        }

        return trace;
    }

    private static TraceText GroupFilled(ulong change = 0) => Pages(t => Group(t, Output, change));

    // A fresh group: 5 is the member that differs.
    [Theory]
    [InlineData(0UL, "llll")]
    [InlineData(0x10_0000UL, "vvvv")]
    [InlineData(4UL, "vvvv")]
    [InlineData(0x100UL, "vvvv")]
    [InlineData(NotGlobal, "vvvv")]
    [InlineData(ReadOnly, "vlll")]
    [InlineData(Contiguous, "vlll")]
    public void AFreshGroupIsOne(ulong change, string verdicts)
    {
        Assert.Equal(verdicts, TraceText.Verdicts(Group(Pages(), Output, 0, i => i == 5 ? change : 0)));
        // The same where the table is linked complete.
        Assert.Equal(verdicts, TraceText.Verdicts(Pages(t => Group(t, Output, 0, i => i == 5 ? change : 0))));
    }

    [Fact]
    public void AFreshGroupIsAligned() => Assert.Equal("vvvv", TraceText.Verdicts(Group(Pages(), Output + 0x1000)));

    [Fact]
    public void PermissionsOfALiveGroupPassFromMemberToMember() =>
        Assert.Equal("llll", TraceText.Verdicts(Group(GroupFilled(), Output, ReadOnly)));

    [Fact]
    public void AWalkOfAnotherMemberBringsTheGroupBack()
    {
        TraceText Cleared(bool oneByOne)
        {
            var trace = GroupFilled();
            for (ulong i = 0; i < 16; i++)
            {
                trace.Write(TraceText.Pte + 8 * i, 0);
                if (oneByOne)
                    trace.Flush("vaale1is", i);
            }

            for (ulong i = 0; !oneByOne && i < 16; i++)
                trace.Flush("vaale1is", i);
            return Group(trace, 2 * Output);
        }

        Assert.Equal("vvvv", TraceText.Verdicts(Cleared(oneByOne: true)));
        Assert.Equal("llll", TraceText.Verdicts(Cleared(oneByOne: false)));
    }
}

using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Traces.Witnesses;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Witnesses of memory types that change with MAIR: an entry keeps the type that it was made with.</summary>
public sealed class LintWitnessTypeTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Index1 = 4;
    private const ulong Empty = 0x8000;

    private static TraceText Tree() => new TraceText().Register("mair_el1", 0x44ff)
        .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
        .Write(TraceText.Pmd, TraceText.Block(Output)).Dsb().Register("ttbr0_el1", TraceText.Root).Isb();

    [Fact]
    public void A_live_change_leaves_the_entry_with_its_old_type()
    {
        var witness = Perform(Tree().Register("mair_el1", 0x4444));

        Assert.Equal((0, null), (witness.Cpu, witness.NotShown));
        Assert.Equal("event 7: CPU 0 writes 0x4444 to MAIR, which held 0x44ff", witness.Steps[1].Text);
        Assert.Equal("no TLBI reaches CPU 0 in between", witness.Steps[2].Text);
        Assert.EndsWith("of type 0xff", witness.Steps[3].Holds[0], StringComparison.Ordinal);
        Assert.EndsWith("of type 0x44", witness.Steps[3].Holds[1], StringComparison.Ordinal);
        Assert.StartsWith("they differ in memory type, and", witness.Steps[4].Text, StringComparison.Ordinal);
    }

    // The CPU parks on an empty root, changes MAIR, and returns to the tables by a store.
    [Fact]
    public void A_table_that_comes_back_meets_the_old_type()
    {
        var witness = Perform(Tree().Register("ttbr0_el1", Empty).Isb().Register("mair_el1", 0x4444).Isb()
            .Write(Empty, TraceText.Pud | 3));

        Assert.Equal((0, null), (witness.Cpu, witness.NotShown));
        Assert.EndsWith("of type 0xff", witness.Steps[^2].Holds[0], StringComparison.Ordinal);
    }

    // A leaf of index 1 is stored before the ISB behind the write.
    [Fact]
    public void Before_the_ISB_the_CPU_may_use_either_value()
    {
        var witness = Perform(Tree().Register("mair_el1", 0xff)
            .Write(TraceText.Pmd + 8, TraceText.Block(Output) | Index1));

        Assert.Equal((0, null), (witness.Cpu, witness.NotShown));
        Assert.Equal(
            "no ISB of CPU 0 follows, so it may use either value",
            witness.Steps.Single(s => s.Kind == LintWitnessKind.Missing).Text);
        Assert.EndsWith("of type 0x44", witness.Steps[^2].Holds[0], StringComparison.Ordinal);
        Assert.EndsWith("of type 0x00", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    private static LintWitness Perform(TraceText trace)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(trace.ToString());
        var request = new LintRequest([BbmLevel.Level0]);
        var result = CasemateLint.Run("t.log", new MemoryStream(bytes), request, null, default);
        return WitnessReader.Add("t.log", new MemoryStream(bytes), request, result, default).Groups[0].Witness!;
    }
}

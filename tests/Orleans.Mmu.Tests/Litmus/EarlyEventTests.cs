using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>Reads and walks that no other CPU can still change are performed in one order.</summary>
public class EarlyEventTests
{
    [Fact]
    public void Seven_readers_of_what_nobody_stores_have_few_states()
    {
        var result = Run(7, "LDR W0,[X1] ;\n LDR W2,[X3] ;\n LDR W4,[X1]", "", "exists (0:X0=1 /\\ 6:X4=1)");
        Assert.Equal((1, 0), (result.Positive, result.Negative));
        Assert.InRange(result.Explored, 1, 100);
    }

    [Fact]
    public void Six_readers_behind_a_change_of_a_descriptor_end()
    {
        var result = Run(
            7, "LDR W0,[X1]", "STR X6,[X7]", "exists (1:X0=1 /\\ 2:X0=2)",
            "[PTE(x)]=(oa:PA(x)); 0:X6=(oa:PA(y)); 0:X7=PTE(x);");
        Assert.True(result.IsComplete);
        Assert.Equal("Sometimes", result.Observation);
        Assert.InRange(result.Explored, 1, 20_000);
    }

    [Fact]
    public void A_reader_that_waits_for_a_store_does_not_keep_it_back()
    {
        var result = Run(2, "L: LDR W0,[X1] ;\n CMP W0,#2 ;\n B.NE L", "MOV W5,#2 ;\n STR W5,[X1]", "forall (1:X0=2)");
        Assert.Equal("Always", result.Observation);
        Assert.True(result.IsComplete);
    }

    // P0 runs the first program, where there is one, and the others the second.
    private static LitmusResult Run(int cpus, string reader, string first, string condition, string init = "")
    {
        string[][] programs = [.. Enumerable.Range(0, cpus).Select(
            cpu => (cpu == 0 && first.Length > 0 ? first : reader).Split(" ;\n"))];
        string rows = string.Concat(Enumerable.Range(0, programs.Max(p => p.Length)).Select(
            row => " " + string.Join(" | ", programs.Select(p => p.ElementAtOrDefault(row) ?? "")) + " ;\n"));
        string registers = string.Concat(Enumerable.Range(0, cpus).Select(cpu => $"{cpu}:X1=x; {cpu}:X3=y; "));
        return LitmusExecution.Run(
            LitmusReader.Parse("t", $$"""
                AArch64 t
                {
                 x=1; y=2; {{registers}} {{init}}
                }
                 {{string.Join(" | ", Enumerable.Range(0, cpus).Select(cpu => $"P{cpu}"))}} ;
                {{rows}}
                {{condition}}
                """), ets2: false, inOrder: false, LitmusExecution.UsualMemory, CancellationToken.None);
    }
}

using Orleans.Mmu.Litmus.Checks;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// Which order of accesses Arm's model allows, on the well-known shapes; what is between the accesses decides.
/// </summary>
public class OutOfOrderTests
{
    private const string Init = """
         0:X1=x; 0:X3=y; 0:X5=1; 0:X6=2; 1:X1=x; 1:X3=y; 1:X5=1; 1:X6=2; 2:X1=x; 2:X3=y; 3:X1=x; 3:X3=y;
        """;

    // P0 writes x, then y; P1 reads y, then x.
    [Theory]
    [InlineData("NOP", "NOP", "LDR W2,[X1]", "Sometimes")]
    [InlineData("DMB ST", "NOP", "LDR W2,[X1]", "Sometimes")]
    [InlineData("NOP", "DMB LD", "LDR W2,[X1]", "Sometimes")]
    [InlineData("DMB ST", "DMB LD", "LDR W2,[X1]", "Never")]
    [InlineData("DMB ST", "DMB ST", "LDR W2,[X1]", "Sometimes")]
    [InlineData("DMB ST", "EOR W9,W0,W0", "LDR W2,[X1,X9]", "Never")]
    [InlineData("DMB ST", "CBNZ W0,L", "L: LDR W2,[X1]", "Sometimes")]
    [InlineData("DMB ST", "CBNZ W0,L ; | L: ISB", "LDR W2,[X1]", "Never")]
    [InlineData("DMB ST", "ISB", "LDR W2,[X1]", "Sometimes")]
    [InlineData("DMB ST", "CMP W0,#1 ; | CSEL X9,X1,X1,EQ", "LDR W2,[X9]", "Sometimes")]
    public void MessagePassing(string writer, string reader, string second, string observation) =>
        Assert.Equal(observation, Observe($$"""
             P0          | P1          ;
             STR W5,[X1] | LDR W0,[X3] ;
             {{writer}}  | {{reader}}  ;
             STR W5,[X3] | {{second}}  ;
            exists (1:X0=1 /\ 1:X2=0)
            """));

    [Theory]
    [InlineData("STR W5,[X3]", "LDR W0,[X3]", "Sometimes")]
    [InlineData("STLR W5,[X3]", "LDR W0,[X3]", "Sometimes")]
    [InlineData("STLR W5,[X3]", "LDAR W0,[X3]", "Never")]
    [InlineData("STLR W5,[X3]", "LDAPR W0,[X3]", "Never")]
    public void ReleaseAndAcquire(string release, string acquire, string observation) =>
        Assert.Equal(observation, Observe($$"""
             P0          | P1          ;
             STR W5,[X1] | {{acquire}} ;
             {{release}} | LDR W2,[X1] ;
            exists (1:X0=1 /\ 1:X2=0)
            """));

    // Each CPU writes one location and reads the other.
    [Theory]
    [InlineData("STR W5,[X1]", "NOP", "LDR W0,[X3]", "Sometimes")]
    [InlineData("STR W5,[X1]", "DMB SY", "LDR W0,[X3]", "Never")]
    [InlineData("STLR W5,[X1]", "NOP", "LDAR W0,[X3]", "Never")]
    [InlineData("STLR W5,[X1]", "NOP", "LDAPR W0,[X3]", "Sometimes")]
    // The read of an acquiring swap is ordered before what follows, its write is not.
    [InlineData("SWPA W5,W2,[X1]", "NOP", "LDR W0,[X3]", "Sometimes")]
    [InlineData("SWPAL W5,W2,[X1]", "NOP", "LDR W0,[X3]", "Never")]
    public void StoreBuffering(string write, string between, string read, string observation) =>
        Assert.Equal(observation, Observe($$"""
             P0          | P1 ;
             {{write}}   | {{write.Replace("X1", "X3", StringComparison.Ordinal)}} ;
             {{between}} | {{between}} ;
             {{read}}    | {{read.Replace("X3", "X1", StringComparison.Ordinal)}} ;
            exists (0:X0=0 /\ 1:X0=0)
            """));

    // Each CPU reads one location and writes the other.
    [Theory]
    [InlineData("NOP", "STR W5,[X3]", "Sometimes")]
    [InlineData("EOR W9,W0,W0 ; ADD W9,W9,#1", "STR W9,[X3]", "Never")]
    [InlineData("CBNZ W0,L ; L: NOP", "STR W5,[X3]", "Never")]
    [InlineData("EOR W9,W0,W0 ; LDR W8,[X3,X9]", "STR W5,[X3]", "Never")]
    public void LoadBuffering(string between, string write, string observation)
    {
        string Column(string text) => string.Join(
            " ;\n ", text.Split(" ; ").Select(l => $"{l} | {l.Replace("X3", "X1", StringComparison.Ordinal)}"));
        Assert.Equal(observation, Observe($$"""
             P0          | P1          ;
             LDR W0,[X1] | LDR W0,[X3] ;
             {{Column(between)}} ;
             {{Column(write)}} ;
            exists (0:X0=1 /\ 1:X0=1)
            """));
    }

    [Fact]
    public void ReadersOfIndependentWritesAgreeOnceTheirReadsAreOrdered()
    {
        string Program(string between) => $$"""
             P0          | P1          | P2          | P3          ;
             STR W5,[X1] | STR W5,[X3] | LDR W0,[X1] | LDR W0,[X3] ;
                         |             | {{between}} | {{between}} ;
                         |             | LDR W2,[X3] | LDR W2,[X1] ;
            exists (2:X0=1 /\ 2:X2=0 /\ 3:X0=1 /\ 3:X2=0)
            """;
        Assert.Equal("Sometimes", Observe(Program("NOP")));
        Assert.Equal("Never", Observe(Program("DMB LD")));
    }

    [Fact]
    public void OneLocationIsCoherent()
    {
        Assert.Equal("Never", Observe("""
             P0          | P1          ;
             STR W5,[X1] | LDR W0,[X1] ;
             STR W6,[X1] | LDR W2,[X1] ;
            exists (1:X0=2 /\ 1:X2=1)
            """));
        Assert.Equal("Never", Observe("""
             P0          ;
             STR W5,[X1] ;
             LDR W0,[X1] ;
             STR W6,[X1] ;
            exists (0:X0=0 \/ 0:X0=2 \/ [x]=1)
            """));
    }

    [Fact]
    public void NobodyWritesBetweenAnAtomicsReadAndItsWrite() => Assert.Equal("Always", Observe("""
         P0                | P1                ;
         LDADD W5,W0,[X1]  | LDADD W5,W0,[X1]  ;
         LDADD W5,W2,[X1]  | LDADD W5,W2,[X1]  ;
        exists ([x]=4)
        """));

    [Fact]
    public void ACheckIsNotDecidedWhereOnlyCpusOutOfOrderBreakTheCondition()
    {
        string Test(string between) => Text($$"""
             P0          | P1          ;
             STR W5,[X1] | LDR W0,[X3] ;
             DMB ST      | {{between}} ;
             STR W5,[X3] | LDR W2,[X1] ;
            ~exists (1:X0=1 /\ 1:X2=0)
            """);
        Assert.Equal(CheckVerdict.NotDecided, Check(Test("NOP")).Verdict);
        var ordered = Check(Test("DMB LD"));
        Assert.Equal(CheckVerdict.Holds, ordered.Verdict);
        Assert.DoesNotContain(ordered.Notes, n => n.Message.Contains("order", StringComparison.Ordinal));
    }

    private static CheckReport Check(string text) =>
        LitmusCheck.Run(LitmusReader.Parse("t", text), new CheckOptions(), null, CancellationToken.None);

    private static string Observe(string program) => LitmusExecution.Run(
        LitmusReader.Parse("t", Text(program)), ets2: false, inOrder: false, LitmusExecution.UsualMemory,
        CancellationToken.None).Observation;

    private static string Text(string program)
    {
        int cpus = program.Split('\n')[0].Split('|').Length;
        string registers = string.Concat(
            Init.Split(';').Select(r => r.Trim()).Where(r => r.Length > 0 && r[0] - '0' < cpus).Select(r => r + "; "));
        return $"AArch64 t\n{{\n {registers}\n}}\n{program}\n";
    }
}

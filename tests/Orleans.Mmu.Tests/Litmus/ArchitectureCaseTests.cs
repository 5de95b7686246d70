using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>Small tests of one rule each; the file says how often its proposition holds.</summary>
public class ArchitectureCaseTests
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "tests", "Orleans.Mmu.Tests", "Checking", "Litmus", "cases");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.litmus").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void ComesOutAsTheArchitectureSays(string file)
    {
        string text = File.ReadAllText(Path.Combine(Folder, file));
        string expected = text.Split('\n')
            .Single(l => l.StartsWith("Observation=", StringComparison.Ordinal))["Observation=".Length..].Trim();
        var result =
            LitmusExecution.Run(LitmusReader.Parse(
                file, text), false, false, LitmusExecution.UsualMemory, CancellationToken.None);
        Assert.Equal(expected, result.Observation);
    }

    [Theory]
    [InlineData("BBM=0\n{ y=2; [PMD(x)]=(table:PTE(y)); 0:X1=x; }\n P0 ;\n LDR W0,[X1] ;\nexists (0:X0=2)",
        "f:3: expected the table of the block's own ptes in PMD(x), since there is no other, found (table:PTE(y))")]
    [InlineData("BBM=0\n{ [PMD(x)]=(oa:PA(y)); 0:X1=x+0x1000; 0:X2=y; }\n P0 ;\n STADD W0,[X1] ;\nexists (y=1)",
        "f:5: expected a name for the page of memory that STADD W0,[X1] reaches through PMD(x), found none")]
    [InlineData("{ 0:X1=x; }\n P0 ;\n L0: LDR W0,[X1] ;\n~exists (conflict(P0:L0,x))",
        "f:1: expected a line BBM=… with the level of each CPU, since the test asks about conflicts; found none")]
    [InlineData("{ 0:X1=x; }\n P0 ;\n LDP X1,X2,[X1] ;\nexists (0:X2=0)",
        "f:4: expected a pair without an index register, and a base that the first load leaves in LDP X1,X2,[X1], "
        + "found [X1]")]
    public void WhatIsNotSupportedIsSaid(string body, string line)
    {
        var error = Assert.Throws<InputException>(() => LitmusExecution.Run(
            LitmusReader.Parse("f", "AArch64 t\n" + body), false, false, LitmusExecution.UsualMemory,
            CancellationToken.None));
        Assert.Equal(line, error.Message);
    }
}

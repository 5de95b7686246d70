using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Litmus.Checks;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// Every cell of the break-before-make table and every mistake of the dance: good ones hold, bad ones break the rule
/// that they name.
/// </summary>
public class OwnLitmusTests
{
    // The rows of the table, with the levels at which they differ.
    private static readonly Dictionary<string, int[]> Rows = new()
    {
        ["invalid-to-valid"] = [0, 1, 2],
        ["new-table"] = [0, 1, 2],
        ["valid-to-invalid"] = [0, 1, 2],
        ["table-to-invalid"] = [0, 1, 2],
        ["valid-invalid-valid"] = [0, 1, 2],
        ["permission"] = [0, 1, 2],
        ["permission-of-group"] = [0, 1, 2],
        ["output-address"] = [0, 1, 2],
        ["memory-type"] = [0, 1, 2],
        ["global-to-nonglobal"] = [0, 1, 2],
        ["nonglobal-to-global"] = [0, 1, 2],
        ["block-to-table"] = [0, 1, 2, 3],
        ["table-to-block"] = [0, 1, 2, 3],
        ["contiguous-set"] = [0, 1, 2, 3],
        ["contiguous-clear"] = [0, 1, 2, 3],
        ["size-and-output-address"] = [0, 1, 2, 3],
    };

    // What a model must be able to show when the dance is changed.
    private static readonly string[] Mistakes =
    [
        "no-tlbi", "tlbi-before-ttbr1", "no-isb-after-ttbr1", "no-dsb-after-tlbi", "signal-before-tlbi",
        "last-level-tlbi", "flag-before-flush",
        "cpu-not-waiting", "touches-map-while-parked", "no-isb-after-restore", "cnp-on-reserved", "boot-cpu-level0",
    ];

    public static TheoryData<string> Files => [.. OwnTests.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void ComesOutAsItsAuthorExpects(string file)
    {
        var test = LitmusReader.Parse(file, OwnTests.Read(file));
        string name = Path.GetFileNameWithoutExtension(file);

        var report = LitmusCheck.Run(test, new CheckOptions(), null, CancellationToken.None);

        Assert.Equal(name, test.Name);
        Assert.Matches("^[A-Z]+_[A-Z0-9]+|^wait_|^FEAT_", test.Rule);
        if (name.StartsWith("good_", StringComparison.Ordinal))
        {
            Assert.Equal("holds", test.ExpectedVerdict);
            Assert.Equal(CheckVerdict.Holds, report.Verdict);
        }
        else
        {
            Assert.StartsWith("bad_", name, StringComparison.Ordinal);
            Assert.Equal(CheckVerdict.Violated, report.Verdict);
            Assert.Contains(test.ExpectedVerdict, report.Violated.Select(v => v.Property.Name));
            Assert.NotEmpty(report.Counterexample!.Explanation);
        }
    }

    [Fact]
    public void EveryCellOfTheTableHasAGoodAndABadTest()
    {
        var names = OwnTests.Files.Where(f => f.StartsWith("changes", StringComparison.Ordinal))
            .Select(f => Path.GetFileNameWithoutExtension(f)).ToList();
        foreach (var (row, levels) in Rows)
        {
            foreach (int level in levels)
            {
                Assert.Contains(names, n => n.StartsWith($"good_{row}_level{level}", StringComparison.Ordinal));
                Assert.Contains(names, n => n.StartsWith($"bad_{row}_level{level}", StringComparison.Ordinal));
            }
        }

        Assert.All(names, n => Assert.Contains(n.Split('_')[1], Rows.Keys));
    }

    [Fact]
    public void EveryMistakeOfTheDanceHasATest() => Assert.Equal(
        Mistakes.Select(m => $"bad_{m}").Append("good_idmap-reserved").Order(StringComparer.Ordinal),
        OwnTests.Files.Where(f => f.StartsWith("dance", StringComparison.Ordinal))
            .Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal));

    [Fact]
    public void TheDanceAgreesWithTheProtocolOfTheMachine()
    {
        var report = new ProtocolCheck(
            CheckedProtocols.Find("idmap-reserved")!, new CheckOptions { Cpus = 2 }, CancellationToken.None).Run();
        Assert.Equal(CheckVerdict.Holds, report.Verdict);
        report = new ProtocolCheck(
            CheckedProtocols.Find("boot-cpu-level0")!, new CheckOptions { Cpus = 2 }, CancellationToken.None).Run();
        Assert.Equal("tlb-conflict", report.Property!.Name);
    }
}

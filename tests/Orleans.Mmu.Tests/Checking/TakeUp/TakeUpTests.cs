using System.Runtime.CompilerServices;
using Orleans.Mmu.Checking.TakeUp;

namespace Orleans.Mmu.Tests.Checking.TakeUp;

/// <summary>
/// The take-up protocol holds in every state of the model; each rule that it once lacked is missed there.
/// </summary>
public class TakeUpTests
{
    [Theory]
    [InlineData(2, 1, 2, false)]
    [InlineData(2, 1, 1, true)]
    [InlineData(3, 0, 1, false)]
    public void Today_s_rules_hold_in_every_state(int takeUps, int rebirths, int secondaries, bool formersLive)
    {
        var report = TakeUpCheck.Run(
            new(takeUps, rebirths, secondaries) { FormersLive = formersLive }, CancellationToken.None);
        Assert.Empty(report.Findings);
        Assert.True(report.IsComplete);
        Golden($"proof-{takeUps}-{rebirths}-{secondaries}{(formersLive ? "-formers" : "")}",
            $"{report.States} states, {report.Transitions} transitions, depth {report.Depth}\n");
    }

    [Theory]
    [InlineData(nameof(OldRules.OlderEpochReadsZero), nameof(TakeUpProperty.SeesMap))]
    [InlineData(nameof(OldRules.NoCompareAndSet), nameof(TakeUpProperty.Reopened))]
    [InlineData(nameof(OldRules.NoCompareAndSet), nameof(TakeUpProperty.SeesMap))]
    [InlineData(nameof(OldRules.BelievesParked), nameof(TakeUpProperty.OldCount))]
    [InlineData(nameof(OldRules.RepeatsRefusal), nameof(TakeUpProperty.OutOfOrder))]
    [InlineData(nameof(OldRules.DecidesFromMemory), nameof(TakeUpProperty.SeesMap))]
    [InlineData(nameof(OldRules.RefusesFromMemory), nameof(TakeUpProperty.FalselyOver))]
    [InlineData(nameof(OldRules.CountsFormer), nameof(TakeUpProperty.SeesMap))]
    public void Each_old_rule_has_a_counterexample(string oldRule, string missedProperty)
    {
        var old = Enum.Parse<OldRules>(oldRule);
        var missed = Enum.Parse<TakeUpProperty>(missedProperty);
        // A refusal is repeated in a third epoch; all else happens in two.
        var report = TakeUpCheck.Run(new(old == OldRules.RepeatsRefusal ? 3 : 2,
            old == OldRules.RepeatsRefusal ? 0 : 1, 1)
        {
            Old = old,
            FormersLive = old == OldRules.CountsFormer,
        }, CancellationToken.None);
        var finding = Assert.Single(report.Findings, f => f.Property == missed);
        Golden($"{old}-{missed}", Text(finding));
    }

    [Fact]
    public void A_take_up_that_parks_nothing_again_is_caught_by_the_flag_and_the_compare_and_set()
    {
        var report = TakeUpCheck.Run(new(2, 1, 1) { Old = OldRules.BelievesParked }, CancellationToken.None);
        Assert.Equal(TakeUpProperty.OldCount, Assert.Single(report.Findings).Property);
    }

    private static string Text(TakeUpFinding finding) =>
        string.Concat(finding.Story.Select((line, i) => $"{i + 1,2} {line}\n"));

    private static void Golden(string name, string actual, [CallerFilePath] string test = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(test)!, "golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("MMU_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}

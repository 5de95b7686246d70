using Orleans.Mmu.Litmus.Tests;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Results;

/// <summary>A checked litmus test with the verdict that its author expects.</summary>
internal sealed record LitmusSuiteRow(string File, LitmusTest? Test, CheckReport? Report, string? Error)
{
    /// <summary>"holds", or a violated property; of several the expected one, if it is among them.</summary>
    public string Verdict => Report!.Verdict switch
    {
        CheckVerdict.Holds => "holds",
        CheckVerdict.Violated =>
            Report.Violated.Any(v => v.Property.Name == Test!.ExpectedVerdict)
                ? Test!.ExpectedVerdict! : Report.Property!.Name,
        _ => "not decided",
    };

    /// <summary>
    /// Whether the verdict is that of the test's line Verdict=…; without such a line "holds" is expected.
    /// </summary>
    public bool IsAsExpected => Report is not null && Verdict == (Test!.ExpectedVerdict ?? "holds");
}

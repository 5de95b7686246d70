using System.Globalization;
using Orleans.Mmu.Checking.TakeUp;

namespace Orleans.Mmu.Benchmarks;

/// <summary>Explores the take-up protocol with bounds that are too large for a test.</summary>
internal static class TakeUpProof
{
    /// <param name="bounds">Take-ups, rebirths, secondaries; then "formers" where former activations live on.</param>
    /// <returns>0 where every state was explored and every property holds.</returns>
    public static int Run(string[] bounds)
    {
        if (bounds is not [var takeUps, var rebirths, var secondaries, .. var rest])
        {
            Console.Error.WriteLine("expected: takeup TAKE-UPS REBIRTHS SECONDARIES [formers]");
            return 1;
        }

        var report = TakeUpCheck.Run(
            new(Number(takeUps), Number(rebirths), Number(secondaries)) { FormersLive = rest is ["formers"] },
            CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(report.IsComplete ? "all" : "not all")} states explored: {report.States:N0} states, "
            + $"{report.Transitions:N0} transitions, depth {report.Depth}, {report.Elapsed.TotalSeconds:F1} s"));
        foreach (var finding in report.Findings)
            Console.WriteLine($"{finding.Property}:\n{string.Join('\n', finding.Story)}");
        return report is { IsComplete: true, Findings.IsEmpty: true } ? 0 : 1;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Viewer.Counterexamples;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A check as a page.</summary>
internal static class CheckHtml
{
    /// <param name="matrix">What each step is needed for; null to leave it out.</param>
    public static Task<string> RenderAsync(CheckReport report, MutantMatrix? matrix) =>
        PageWriter.WriteAsync<CheckPage>($"{report.Protocol}: {VerdictWords.Of(report.Verdict).Json()}",
            new Dictionary<string, object?>
            {
                [nameof(CheckPage.Report)] = report,
                [nameof(CheckPage.Matrix)] = matrix,
            });
}

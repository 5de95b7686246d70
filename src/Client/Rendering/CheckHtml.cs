using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Viewer.Counterexamples;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A check as a page.</summary>
internal static class CheckHtml
{
    /// <param name="matrix">What each step is needed for; null to leave it out.</param>
    /// <param name="protocol">The protocol; null for a built-in one, and for what is none.</param>
    public static Task<string> RenderAsync(
        CheckReport report, MutantMatrix? matrix, CheckedProtocol? protocol = null) =>
        PageWriter.WriteAsync<CheckPage>($"{report.Protocol}: {VerdictWords.Of(report.Verdict).Json()}",
            new Dictionary<string, object?>
            {
                [nameof(CheckPage.Report)] = report,
                [nameof(CheckPage.Matrix)] = matrix,
                [nameof(CheckPage.Protocol)] = protocol,
            });
}

using Orleans.Mmu.Audit.Reports;
using Orleans.Mmu.Viewer.Audits;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>An audit as a page.</summary>
internal static class AuditHtml
{
    public static Task<string> RenderAsync(string file, AuditReport report) =>
        PageWriter.WriteAsync<AuditPage>($"audit of {file}", new Dictionary<string, object?>
        {
            [nameof(AuditPage.Name)] = file,
            [nameof(AuditPage.Report)] = report,
        });
}

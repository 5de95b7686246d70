using System.Text;
using Orleans.Mmu.Checking.Museum;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The museum as text: the list of exhibits, or one scene with its verdict.</summary>
internal static class MuseumText
{
    public static string List()
    {
        var text = new StringBuilder();
        foreach (var exhibit in Exhibit.All)
        {
            var bug = exhibit.Bug;
            text.Append(bug.Name).Append('\n')
                .Append("  ").Append(bug.Summary).Append('\n')
                .Append($"  in kernels from {bug.Since} on, fixed in {bug.FixedIn} by {bug.Fix}\n");
        }

        return text.ToString();
    }

    public static string Scene(Exhibit exhibit, MuseumScene scene, TextStyle style)
    {
        var text = new StringBuilder();
        text.Append(style.Strong($"{exhibit.Bug.Name}: {(scene.Rules.Has(exhibit.Bug) ? "as it was" : "fixed")}"))
            .Append('\n');
        foreach (string line in scene.Story)
            text.Append("  ").Append(line).Append('\n');
        text.Append('\n').Append(ViolationsText.Render([.. scene.Violations.Select(ViolationReport.Of)], style));
        return text.ToString();
    }
}

using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A map's decay as comma-separated values, a line for each event.</summary>
internal static class DecayCsv
{
    public static string Render(DecayPage page)
    {
        string[] sizes = DecayText.Sizes(page.Samples);
        var text = new StringBuilder();
        text.AppendJoin(',', ["events", "event", .. sizes, "tables", "table_bytes", "repaint_tables"]).Append('\n');
        foreach (var sample in page.Samples)
        {
            text.AppendJoin(
                ',', [Whole(sample.Events), sample.Event, .. sizes.Select(s => Whole(DecayText.Leaves(sample, s))),
                Whole(DecayText.Tables(sample)), Whole(sample.Mapping.Census.TableBytes),
                Whole(sample.Mapping.Repaint.Tables)]).Append('\n');
        }

        return text.ToString();
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}

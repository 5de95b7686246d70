using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A cluster's silos and machines as text. A key stays on one line, whatever the width.</summary>
internal static class ClusterText
{
    private static readonly string[] SiloTitles = ["silo", "status", ">activations", "since", "version"];
    private static readonly string[] MachineTitles = ["key", "machine", "state", "mode", ">CPUs", "since", "silo"];

    public static string Render(ClusterPage page, TextStyle style)
    {
        var text = new StringBuilder();
        text.Append(Table(SiloTitles, [.. page.Silos.Select(s => new[]
        {
            s.Address, s.Status, s.Activations is { } count ? Number(count) : "-", Moment(s.Since), s.Version ?? "-",
        })], style));
        if (!page.Machines.IsEmpty)
        {
            text.Append('\n').Append(Table(MachineTitles, [.. page.Machines.Select(m => new[]
            {
                m.Entry.Key, m.Entry.Machine, State(m), m.Entry.Mode ?? "-", Number(m.Entry.Cpus),
                Moment(m.Entry.Began), m.Entry.Silo,
            })], style));
        }

        text.Append('\n').Append(Counted.Of(page.Silos.Length, "silo")).Append(", ")
            .Append(Counted.Of(page.Machines.Length + page.More, "machine"));
        if (page.More > 0)
            text.Append(CultureInfo.InvariantCulture, $"; {page.More:N0} older ones are not shown (--limit)");
        return text.Append('\n').ToString();
    }

    public static string Render(ClusterRemovals removals)
    {
        var text = new StringBuilder();
        foreach (string key in removals.Removed)
            text.Append("removed ").Append(OneLine.Of(key)).Append('\n');
        return text.Append(Counted.Of(removals.Removed.Length, "machine")).Append(" removed\n").ToString();
    }

    /// <summary>The name of a machine's state: that of its outcome in JSON, or "gone".</summary>
    public static string State(ClusterMachine machine) =>
        machine.IsGone ? "gone" : BootReportJson.CamelCase(machine.Entry.Outcome.ToString());

    /// <summary>A time as text, in UTC.</summary>
    public static string Moment(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Table(string[] titles, string[][] rows, TextStyle style)
    {
        int width = 1 + titles.Select((t, column) =>
            3 + rows.Select(r => OneLine.Of(r[column]).Length).Append(t.TrimStart('>').Length).Max()).Sum();
        var table = new TextTable(titles);
        foreach (string[] row in rows)
            table.AddRow(row);
        return table.Render(style with { Width = Math.Max(style.Width, width) });
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

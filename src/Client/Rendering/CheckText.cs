using System.Globalization;
using System.Text;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// A check as text: the counterexample with a line for each event and for each TLB that it changes, and the verdict
/// last.
/// </summary>
internal static class CheckText
{
    // Most lines are shorter, and the longest of most labels ends within 80 columns.
    private const int RuleColumn = 66;

    /// <summary>--list: each protocol, what it does, and who proposed or merged it.</summary>
    public static string List()
    {
        var text = new StringBuilder();
        int width = CheckedProtocols.All.Max(p => p.Name.Length);
        foreach (var protocol in CheckedProtocols.All)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{protocol.Name.PadRight(width)}  {protocol.Protocol.Summary} ({protocol.Protocol.Origin})\n");
        foreach (var (name, summary) in ReferenceCheck.All)
            text.Append(
                CultureInfo.InvariantCulture, $"{name.PadRight(width)}  {summary} (counted independently with Spin)\n");
        text.Append("\nMaps, for the header \"map\" of a protocol file:\n");
        width = MapChangeGoal.All.Max(g => g.Name.Length);
        foreach (var goal in MapChangeGoal.All)
            text.Append(CultureInfo.InvariantCulture, $"{goal.Name.PadRight(width)}  {goal.About}\n");
        return text.ToString();
    }

    public static string Render(CheckReport report, TextStyle style)
    {
        var text = new StringBuilder();
        foreach (var note in report.Notes)
            text.Append(CultureInfo.InvariantCulture, $"note: {note.Property}: {note.Message}\n");
        if (report.Counterexample is { } counterexample)
            Append(text, counterexample, style);
        text.Append(style.Faint(Effort(report))).Append('\n');
        return text.Append(Verdict(report, style)).Append('\n').ToString();
    }

    /// <summary>The verdict in a sentence.</summary>
    public static string Verdict(CheckReport report, TextStyle style)
    {
        string machine = report.MachineSentence;
        return report.Verdict switch
        {
            CheckVerdict.Holds => style.Good($"{report.Protocol} holds {machine}"),
            CheckVerdict.Violated =>
                style.Bad($"{report.Protocol} is violated {machine}: {report.Property!.Name} ({report.Property.Rule})"),
            _ => style.Bad($"{report.Protocol} is not decided {machine}"),
        };
    }

    private static string Effort(CheckReport report)
    {
        string unit = report.Cpus is null ? "pairs of the boot CPU and another"
            : report.Symmetry ? "states up to symmetry" : "states";
        string transitions = report.Transitions > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {report.Transitions:N0} transitions") : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{report.States:N0} {unit}{transitions}, {report.Seconds:0.00} s");
    }

    private static void Append(StringBuilder text, Counterexample counterexample, TextStyle style)
    {
        var before = new Dictionary<int, string>();
        int number = 0;
        foreach (var happened in counterexample.Events)
        {
            string line = string.Create(
                CultureInfo.InvariantCulture, $"{++number,4}  CPU {happened.Cpu}  {happened.Action}");
            string rule = $"[{happened.Rule}]";
            text.Append(
                happened.Kind == EventKind.Violation ? style.Bad(line) : happened.Kind == EventKind.Step
                    ? line : style.Strong(line))
                .Append(' ', Math.Max(2, RuleColumn - line.Length)).Append(style.Faint(rule)).Append('\n');
            foreach (var lane in happened.Lanes)
            {
                string now = Lane(lane);
                if (before.GetValueOrDefault(lane.Cpu) != now)
                    text.Append(style.Faint($"              CPU {lane.Cpu}: {now}")).Append('\n');
                before[lane.Cpu] = now;
            }
        }

        text.Append('\n');
        foreach (string line in counterexample.Explanation)
            text.Append(line).Append('\n');
        text.Append('\n');
    }

    private static string Lane(CpuLane lane)
    {
        string tlb = lane.Tlb.IsEmpty ? "TLB empty" : $"TLB may hold {string.Join(", ", lane.Tlb)}";
        string pending = lane.Pending.IsEmpty ? "" : $"; pending {string.Join(", ", lane.Pending)}";
        return $"TTBR1 {lane.Ttbr1}; {tlb}{pending}";
    }
}

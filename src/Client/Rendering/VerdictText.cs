using System.Globalization;
using System.Text;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Client;

/// <summary>What a boot proves: nothing bad, or what was bad and how it came about.</summary>
internal static class VerdictText
{
    // More would scroll the first, which is the one to read, off the screen.
    private const int InFull = 8;

    public static string Render(BootReport report, TextStyle style)
    {
        var text = new StringBuilder();
        if (Outcome(report.Outcome) is { } outcome)
            text.Append(style.Bad(outcome)).Append('\n');
        if (report.Violations.IsEmpty)
            return text.Append(style.Good("no violation")).Append('\n').ToString();

        int count = report.Violations.Length;
        text.Append(style.Bad(string.Create(CultureInfo.InvariantCulture, $"{count:N0} violation{(count == 1 ? "" : "s")}"))).Append('\n');
        foreach (var violation in report.Violations.Take(InFull))
        {
            text.Append("  ").Append(style.Bad(OneLine.Of(violation.Rule))).Append(": ").Append(OneLine.Of(violation.Message)).Append('\n');
            foreach (string line in violation.Explanation)
                text.Append("    ").Append(OneLine.Of(line)).Append('\n');
        }

        if (count > InFull)
        {
            var others = report.Violations.Skip(InFull).ToList();
            string rules = string.Join(", ", others.CountBy(v => v.Rule).Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Value:N0} {r.Key}")));
            text.Append(CultureInfo.InvariantCulture, $"  and {others.Count:N0} more: {OneLine.Of(rules)}; --json lists them all\n");
        }

        return text.ToString();
    }

    // A machine that came up needs no word about it.
    private static string? Outcome(MachineOutcome outcome) => outcome switch
    {
        MachineOutcome.Online => null,
        MachineOutcome.RendezvousTimeout => "rendezvous timeout: a CPU did not come; the map was left as it was, and the others run again",
        MachineOutcome.ReleaseTimeout => "release timeout: the map was repainted, but a CPU did not answer its release",
        MachineOutcome.TlbiTimeout => "TLBI timeout: a broadcast did not complete, so nobody was released on half an answer",
        MachineOutcome.Panic => "the kernel panicked",
        MachineOutcome.Cancelled => "the boot was cancelled",
        _ => $"the machine is not up: {outcome}",
    };
}

using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Traces in short: steps with ";" between them, each of a CPU. "0 4000 = 44000703" is a release store, "0 4000 - 0" a
/// plain one; "1 ttbr1_el1 1000" writes a register; the rest is "isb", "dsb ish", "tlbi vae1 0", "init 7000" and
/// "free 4000". Numbers are hexadecimal. A "!" before a step says that the trace is a violation without it, and "@"
/// stands before the step at which the violation is.
/// </summary>
internal static partial class TraceScript
{
    /// <summary>
    /// The tree at 0x1000 in the upper half, with two pages in the table at 0x4000 and a block of 2M.
    /// </summary>
    public const string Tree = "0 4000 = 60000044000703; 0 4008 = 60000044001703; 0 3000 = 4003; "
        + "0 3008 = 60000040200701; 0 2000 = 3003; 0 1000 = 2003; 0 init 7000; ";

    /// <summary>Checks the verdict, and those without each step that has a mark.</summary>
    /// <param name="verdict">l for legal, v for a violation.</param>
    /// <param name="cpu">The CPU that fails; null where it does not matter.</param>
    public static void Check(string script, char verdict, int? cpu = null, params BbmLevel[] levels)
    {
        var steps = Step().Matches(script).ToList();
        Judge(steps, verdict, cpu, levels);
        foreach (var step in steps.Where(s => s.Groups["mark"].Value == "!"))
            Judge(steps.FindAll(s => s != step), 'v', cpu, levels);
    }

    /// <summary>The trace of a script; its marks do not count.</summary>
    public static TraceText Trace(string script)
    {
        var trace = new TraceText();
        foreach (Match step in Step().Matches(script))
            Add(trace, step);
        return trace;
    }

    private static void Judge(List<Match> steps, char verdict, int? cpu, BbmLevel[] levels)
    {
        var trace = new TraceText();
        foreach (var step in steps)
            Add(trace, step);
        var violation = TraceText.Lint(trace.ToString(), levels.Length == 0 ? [BbmLevel.Level0] : levels).Violation;
        Assert.True(verdict == (violation is null ? 'l' : 'v'), $"{violation?.Reason}\n{trace}");
        if (violation is null)
            return;
        int at = steps.FindIndex(s => s.Groups["mark"].Value == "@");
        Assert.True(at < 0 || violation.Event == (ulong)at, $"event {violation.Event}: {violation.Reason}\n{trace}");
        Assert.True(cpu is null || violation.Cpu == cpu, $"CPU {violation.Cpu}: {violation.Reason}\n{trace}");
    }

    private static void Add(TraceText trace, Match step)
    {
        int cpu = int.Parse(step.Groups["cpu"].Value, CultureInfo.InvariantCulture);
        string first = step.Groups["first"].Value, second = step.Groups["second"].Value;
        string value = step.Groups["value"].Success ? $"(value 0x{step.Groups["value"].Value})" : "";
        trace.Add((first, second) switch
        {
            ("isb", _) => "barrier ID isb",
            ("dsb", _) => $"barrier ID dsb (kind {second})",
            ("tlbi", _) => $"tlbi ID {second} {value}",
            ("init" or "free", _) => $"mem-{first} ID (address 0x{second}) (size 0x1000)",
            (_, "=") => $"mem-write ID (mem-order release) (address 0x{first}) {value}",
            (_, "-") => $"mem-write ID (mem-order plain) (address 0x{first}) {value}",
            _ => $"sysreg-write ID (sysreg {first}) (value 0x{second})",
        }, cpu);
    }

    [GeneratedRegex(
        @"(?<mark>[!@]?)\s*(?<cpu>\d+)\s+(?<first>\w+)(\s+(?<second>[\w=-]+)(\s+(?<value>\w+))?)?\s*(;|$)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Step();
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Speculation.Scenarios;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Help sections after usage and options: names that can be given, and examples to copy.</summary>
internal static class HelpSections
{
    private const string NoSilo = "no silo answers, or the cluster lost what was asked for: try again";

    private const int WidestExample = 94;

    /// <summary>Adds sections at the end of a command's help.</summary>
    public static void AddTo(Command command, Action<TextWriter> write)
    {
        var option = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (option is null)
            command.Options.Add(option = new HelpOption());
        var help = (HelpAction)option.Action!;
        help.MaxWidth = Terminal.UsualWidth;
        option.Action = new Extended(help, write);
    }

    public static void WriteMachines(TextWriter output) =>
        Write(output, "Built-in machines", BuiltInMachines.Names.Select(n => (n, BuiltInMachines.Summary(n))));

    public static void WriteProtocols(TextWriter output) =>
        Write(
            output, "Protocols for boot (mmu check --list has all)",
            RepaintProtocols.All.Select(p => (p.Name, p.Summary)));

    public static void WriteCheckedProtocols(TextWriter output) => Write(output, "Protocols",
        CheckedProtocols.All.Select(p => (p.Name, p.Protocol.Summary)).Concat(ReferenceCheck.All));

    public static void WriteScenarios(TextWriter output) =>
        Write(output, "Scenarios", Scenario.All.Select(s => (s.Name, s.Summary)));

    public static void WriteParameters(TextWriter output) => Write(output, "Parameters (--set NAME=VALUE)",
        CostParameters.Usual.All.Select(
            p => (p.Name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{p.Quantity} ({p.Origin.ToString().ToLowerInvariant()}: {p.Source})"))));

    /// <summary>The exit codes of a verb that judges and calls no silo.</summary>
    public static void WriteLocalExitCodes(TextWriter output) => Write(output, "Exit codes",
    [
        ("0", "no violation"), ("1", "bad usage or bad input"), ("2", "an internal error"),
        ("3", "a property was violated"), ("130", "cancelled"),
    ]);

    /// <summary>The rules of a verb that judges, each with its meaning.</summary>
    public static void WriteRules(TextWriter output, IEnumerable<(string Name, string Meaning)> rules) =>
        Write(output, "Rules", rules);

    public static void WriteAuditExitCodes(TextWriter output) => Write(output, "Exit codes",
    [
        ("0", "nothing is wrong"), ("1", "bad usage or bad input"), ("2", "an internal error"),
        ("3", "a rule is broken, or the map is not the machine's"), ("130", "cancelled"),
    ]);

    public static void WriteExitCodes(TextWriter output) => Write(output, "Exit codes",
    [
        ("0", "no violation"), ("1", "bad usage or bad input"), ("2", "an internal error"),
        ("3", "a property was violated"), ("5", NoSilo),
        ("130", "cancelled"),
    ]);

    public static void WriteCheckExitCodes(TextWriter output) => Write(output, "Exit codes",
    [
        ("0", "it holds"), ("1", "bad usage"), ("2", "an internal error"), ("3", "it is violated"),
        ("4", "not decided"), ("5", NoSilo),
        ("130", "cancelled"),
    ]);

    public static void WriteLitmusExitCodes(TextWriter output) => Write(output, "Exit codes",
    [
        ("0", "every test ran, and agrees with what was expected"), ("1", "bad usage or bad input"),
        ("2", "an internal error"), ("3", "a test differs"), ("4", "memory or time ran out"), ("130", "cancelled"),
    ]);

    public static void WriteClusterExitCodes(TextWriter output) => Write(output, "Exit codes",
    [
        ("0", "done"), ("1", "bad usage, no machine of that key, or one that boots"), ("2", "an internal error"),
        ("5", NoSilo), ("130", "cancelled"),
    ]);

    /// <summary>The exit codes of the verb that serves pages.</summary>
    public static void WriteServeExitCodes(TextWriter output) => Write(output, "Exit codes",
    [
        ("1", "bad usage, or the port is not free"), ("2", "an internal error"), ("130", "cancelled"),
    ]);

    /// <summary>The environment variables for --silo where the silo requires client certificates.</summary>
    public static void WriteTlsVariables(TextWriter output) =>
        Write(output, "Environment (--silo over TLS)", TlsEnvironment.Variables);

    public static void WriteExamples(TextWriter output, params string[] lines) =>
        Write(output, "Examples", lines.SelectMany(Continued).Select(l => (l, "")));

    // A command that is wider than most terminals goes on behind a backslash, so that it can still be copied.
    private static IEnumerable<string> Continued(string command)
    {
        string line = "";
        foreach (string word in command.Split(' '))
        {
            if (line.Length + word.Length > WidestExample)
            {
                yield return line + " \\";
                line = "   ";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    private static void Write(TextWriter output, string title, IEnumerable<(string Name, string Summary)> rows)
    {
        var list = rows.ToList();
        int width = list.Max(r => r.Name.Length);
        output.WriteLine($"{title}:");
        foreach (var (name, summary) in list)
        {
            // A command stays on one line, so that it can be copied.
            string line = $"  {name.PadRight(width)}  {summary}".TrimEnd();
            output.WriteLine(summary.Length == 0 ? line : WrappedText.Of(line, Terminal.UsualWidth));
        }

        output.WriteLine();
    }

    private sealed class Extended(HelpAction help, Action<TextWriter> write) : SynchronousCommandLineAction
    {
        // Help must also be shown for an incomplete command line, as with the action that this replaces.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            write(parseResult.InvocationConfiguration.Output);
            return code;
        }
    }
}

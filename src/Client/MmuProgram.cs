using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Orleans.Mmu.Client.Commands;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Client;

/// <summary>The command line as a whole: its verbs, and how every failure becomes one line and an exit code.</summary>
internal sealed class MmuProgram
{
    // Response files are off, since a file name may begin with '@'.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    private readonly LaboratoryOpener _open;

    private MmuProgram(LaboratoryOpener open) => _open = open;

    /// <param name="open">
    /// Opens a laboratory; null for <see cref="Laboratory.OpenAsync(Gateways?, CancellationToken)"/>.
    /// </param>
    public static MmuProgram Create(LaboratoryOpener? open = null) => new(open ?? Laboratory.OpenAsync);

    /// <summary>Runs one command line and returns the process's exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            var root = RootCommand(terminal, Only(args, terminal));
            var parsed = root.Parse(WithHelp(args, root), Parsing);
            // The parser has no directives, but keeps their form, [name], from being an argument.
            if (parsed.Tokens is [{ Type: TokenType.Directive, Value: var directive }, ..])
                throw new UsageException(ExpectedVerb(GivenValue.Quoted(directive)));
            // Before the parser's own errors: where a verb takes one argument, an unknown option takes its place, and
            // the parser would refuse the file behind it.
            if (MistypedOption(parsed) is { } mistyped)
                throw new UsageException(mistyped);
            if (parsed.Action is ParseErrorAction)
                throw new UsageException(WhatIsWrong(parsed));
            WrittenFileOption.RefuseShared(parsed);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                    // Signals come through the token; a second handler would abort the process.
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (Exception e)
        {
            // Parts that are cancelled may fail in other ways: a silo that stops, a pipe that breaks.
            return Report(
                cancellationToken.IsCancellationRequested ? new OperationCanceledException("cancelled", e) : e,
                terminal);
        }
    }

    /// <summary>The verbs with their options and help.</summary>
    /// <param name="only">The one verb that is built, which is quicker; null for all, "" for none.</param>
    public RootCommand RootCommand(Terminal terminal, string? only = null)
    {
        var verbs = Verbs(terminal);
        var root = new RootCommand(
            "A laboratory for changing arm64 kernel page tables while a multi-CPU machine is running.");
        foreach (var (_, create) in verbs.Where(v => only is null || v.Name == only))
            root.Add(create(root));
        root.Directives.Clear();
        HelpSections.AddTo(root, output =>
        {
            HelpSections.WriteMachines(output);
            HelpSections.WriteProtocols(output);
            HelpSections.WriteExamples(
                output, "mmu boot asymmetric", "mmu boot asymmetric --protocol spin --trace race.mmd",
                "mmu map asymmetric --format ptdump", "mmu walk tables.bin.zst --registers registers.txt",
                "mmu check idmap-reserved --any-cpus");
        });
        return root;
    }

    private (string Name, Func<RootCommand, Command> Create)[] Verbs(Terminal terminal) =>
    [
        ("boot", _ => BootCommand.Create(_open, terminal)),
        ("map", _ => MapCommand.Create(terminal)),
        ("walk", _ => WalkCommand.Create(terminal)),
        ("audit", _ => AuditCommand.Create(terminal)),
        ("import", _ => ImportCommand.Create(terminal)),
        ("machines", _ => MachinesCommand.Create(terminal)),
        ("cores", _ => CoresCommand.Create(terminal)),
        ("explain", _ => ExplainCommand.Create(terminal)),
        ("exercise", _ => ExerciseCommand.Create(_open, terminal)),
        ("museum", _ => MuseumCommand.Create(terminal)),
        ("check", _ => CheckCommand.Create(_open, terminal)),
        ("litmus", _ => LitmusCommand.Create(terminal)),
        ("lint", _ => LintCommand.Create(terminal)),
        ("tlb", _ => TlbCommand.Create(_open, terminal)),
        ("cost", _ => CostCommand.Create(terminal)),
        ("headline", _ => HeadlineCommand.Create(terminal)),
        ("decay", _ => DecayCommand.Create(terminal)),
        ("cluster", _ => ClusterCommand.Create(_open, terminal)),
        ("serve", _ => ServeCommand.Create(terminal)),
        (CompletionCommand.Name, root => CompletionCommand.Create(root, terminal)),
    ];

    // The verb that a command line begins with. Null where others are shown or suggested, too.
    private string? Only(IReadOnlyList<string> args, Terminal terminal) => args switch
    {
        ["--version"] => "",
        [var verb, ..] when NearestName.Same(verb, Verbs(terminal).Select(v => v.Name)) is { } known
            && known != CompletionCommand.Name => known,
        _ => null,
    };

    private static int Report(Exception e, Terminal terminal)
    {
        (int code, string line) = e switch
        {
            OperationCanceledException => (ExitCode.Cancelled, "cancelled"),
            UsageException or InputException or RefusedException => (ExitCode.BadInput, e.Message),
            TryAgainException => (ExitCode.TryAgain, e.Message),
            OvertakenException => (ExitCode.TryAgain, $"{e.Message} (run the command again)"),
            OutOfMemoryException => (ExitCode.BadInput,
                "mmu: expected a command that this machine's memory suffices for, found one that takes more"),
            _ => (ExitCode.InternalError, $"internal error: {e.GetType().Name}: {e.Message} (MMU_DEBUG=1 shows where)"),
        };
        if (code != ExitCode.Cancelled || terminal.TakesCancelledLine())
            terminal.Error.WriteLine(OneLine.Message(line));
        if (Debugging.IsOn)
            terminal.Error.WriteLine(e);
        return code;
    }

    // "mmu" alone and "mmu help" show the verbs, "mmu help boot" shows one. A verb is found whatever its case.
    private static IReadOnlyList<string> WithHelp(IReadOnlyList<string> args, RootCommand root) => args switch
    {
        [] => ["--help"],
        [var help, ..] when help.Equals("help", StringComparison.OrdinalIgnoreCase) => Helped([.. args.Skip(1)], root),
        [var verb, ..] when NearestName.Same(verb, VerbsOf(root)) is { } known => [known, .. args.Skip(1)],
        _ => args,
    };

    private static IReadOnlyList<string> Helped(IReadOnlyList<string> args, RootCommand root) =>
        args is [var verb, ..] && verb is not ['-', ..] && NearestName.Same(verb, VerbsOf(root)) is null
            ? [verb] : [.. args is [] ? args : WithHelp(args, root), "--help"];

    private static IEnumerable<string> VerbsOf(Command root) => root.Subcommands.Select(c => c.Name);

    // Null where every option is known. The parser takes an unknown one for an argument where the verb has any; an
    // argument that begins with '-' can be given behind "--".
    private static string? MistypedOption(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).ToList();
        int behindDashes = parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).Skip(1).Count();
        return arguments.SkipLast(behindDashes).FirstOrDefault(t => t.Value is ['-', _, ..]) is { Value: var found }
            ? $"{ExpectedOption(parsed.CommandResult, found)}; a file of that name is ./{found})" : null;
    }

    // Leaves the bracket at its end open. "--seed=7" is a name and a value.
    private static string ExpectedOption(CommandResult command, string found)
    {
        var names = command.Command.Options.Concat(Above(command).SelectMany(c => c.Command.Options)
            .Where(o => o.Recursive)).SelectMany(o => o.Aliases.Prepend(o.Name));
        return $"expected an option of {PathOf(command)}, found {GivenValue.Quoted(found)}"
            + $"{GivenValue.Hint(found.Split('=', ':')[0], names)} (see {PathOf(command)} --help";
    }

    private static IEnumerable<CommandResult> Above(CommandResult command)
    {
        for (var parent = command.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
            yield return parent;
    }

    // "mmu cluster show": a subcommand is named with the verb that it belongs to.
    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "mmu";

    private static string WhatIsWrong(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.CommandResult.Parent is CommandResult
            && parsed.UnmatchedTokens.FirstOrDefault(t => t is ['-', _, ..]) is { } option)
            return $"{ExpectedOption(parsed.CommandResult, option)})";
        if (parsed.CommandResult.Parent is CommandResult)
            return $"{WrongArguments.Of(parsed)} (see {PathOf(parsed.CommandResult)} --help)";
        if (parsed.UnmatchedTokens is not [var found, ..])
            return ExpectedVerb("none");
        return ExpectedVerb(GivenValue.Quoted(found, VerbsOf(command).Append("help")));
    }

    private static string ExpectedVerb(string found) => $"expected a verb, found {found} (see mmu --help)";
}

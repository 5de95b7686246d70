using System.Collections.Immutable;
using System.CommandLine;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The options of check; each error says what was expected.</summary>
internal sealed partial class CheckCommandOptions
{
    private readonly Argument<string?> _protocol = new("PROTOCOL")
    {
        HelpName = "PROTOCOL",
        Description =
            "What to check; --list names them. Or a protocol file (its name ends in .protocol or has a /), or a " +
            "litmus test (.litmus), or a folder of litmus tests.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int> _cpus = new("--cpus")
    {
        HelpName = "N",
        Description = "CPUs of the machine, the boot CPU among them.",
        DefaultValueFactory = _ => 3,
        CustomParser = r => CheckOptionValues.Number(r, "--cpus", 1, ReferenceOptions.MaxCpus),
    };

    private readonly Option<string> _symmetry = CheckOptionValues.OnOff(
        "--symmetry", "Look at CPUs of one kind, and at pages, only up to their order.");
    private readonly Option<string> _cnp = CheckOptionValues.OnOff(
        "--cnp", "swapper_pg_dir carries CnP, so that CPUs may share TLB entries.");
    private readonly Option<bool> _any = new("--any-cpus") { Description = "Prove it for every number of CPUs." };
    private readonly Option<bool> _mutants = new(
        "--mutants")
    { Description = "Remove, exchange and weaken each step, and say what it is needed for." };
    private readonly MutantFormatOption _format = new();
    private readonly Option<bool> _strict = new(
        "--strict")
    { Description = "Entries that no longer match memory count, even if they translate the same." };
    private readonly Option<bool> _twoStep = new(
        "--two-step")
    { Description = "Reference systems: a walk reads and caches in two steps." };
    private readonly Option<bool> _json = JsonOption.Create();

    private readonly Option<ImmutableArray<BbmLevel>?> _levels = new("--levels")
    {
        HelpName = "L,L,…",
        Description =
            "BBM level of CPU 0, CPU 1 …: 0, 1, 2 or 3 (mmu explain bbm); the last holds for the rest.",
        CustomParser = CheckOptionValues.Levels,
    };

    private readonly Option<string> _erratum = ErratumOption.Create();

    private readonly Option<long?> _memory = new("--memory")
    {
        HelpName = "MIB",
        Description = "The most memory for states; a check that needs more ends undecided.",
        CustomParser = r => CheckOptionValues.Number(r, "--memory", 1, 1 << 20) * (1L << 20),
    };

    private readonly Option<int?> _time = TimeOption.Create();

    private readonly Option<string?> _trace = TraceOption.Create("the counterexample");
    private readonly Option<string?> _html = HtmlOption.Create(
        "the counterexample, event by event, or what each step of a protocol that holds is there for (with --show, "
        + "what each step does)");

    private readonly SiloOptions _silo = new(
        "The gateway of a running silo, over whose cluster states are spread; without it, this process explores.");

    /// <summary>--junit and --sarif, of a folder of litmus tests.</summary>
    public CaseReportOptions Reports { get; } = new();

    public Option<bool> List { get; } = new(
        "--list")
    { Description = "Name the protocols, what they do, and who proposed or merged them." };

    public Option<bool> Show { get; } = new(
        "--show")
    { Description = "Print the protocol as a protocol file, to read it or to change a copy." };

    public void AddTo(Command command)
    {
        _protocol.CompletionSources.Add(
            _ => CheckRequest.Names.Select(n => new System.CommandLine.Completions.CompletionItem(n)));
        _levels.CompletionSources.Add("0", "1", "2", "3");
        command.Arguments.Add(_protocol);
        foreach (
            var option in (Option[])[List, Show, _cpus, _any, _mutants, _levels, _cnp, _erratum, _strict, _symmetry,
                _twoStep, _memory, _time, _trace, _html, _format.Option, _json, .. Reports.All])
            command.Options.Add(option);
        _silo.AddTo(command);
    }

    /// <exception cref="UsageException">The options contradict each other, or name no protocol.</exception>
    public CheckRequest Read(ParseResult parsed, CancellationToken timeIsOver)
    {
        string name = parsed.GetValue(_protocol) is { } given ? NearestName.Same(given, CheckRequest.Names) ?? given
            : throw new UsageException("check: expected a protocol, found none (see mmu check --list)");
        if (CheckRequest.IsLitmusTest(name))
            return LitmusRequest(parsed, name, timeIsOver);
        var protocol = ProtocolSource.Find(name);
        if (protocol is null && !ReferenceCheck.Names.Contains(name))
            throw new UsageException(
                $"check: expected a protocol of mmu check --list, found {GivenValue.Quoted(name, CheckRequest.Names)}"
                + ProtocolSource.FileHint(name));
        name = protocol?.Name ?? name;
        bool any = parsed.GetValue(_any);
        if (protocol is null && (parsed.GetValue(_levels) is not null || parsed.GetValue(_strict)))
        {
            throw new UsageException(
                $"check: --levels and --strict are for protocols of the machine, found {GivenValue.Quoted(name)}");
        }

        if (protocol is not null && parsed.GetValue(_twoStep))
            throw new UsageException($"--two-step: expected a reference system, found {GivenValue.Quoted(name)}");
        if (protocol is null && parsed.GetValue(_cpus) < ReferenceOptions.MinCpus)
            throw new UsageException(
                $"--cpus: expected {ReferenceOptions.MinCpus} to {ReferenceOptions.MaxCpus} for {name}, found " +
                $"{parsed.GetValue(_cpus)}");
        if (protocol is not null && parsed.GetValue(_cpus) > ToyMachine.MaxCpus)
            throw new UsageException(
                $"--cpus: expected 1 to {ToyMachine.MaxCpus} for {name}, found {parsed.GetValue(_cpus)}");
        if (any && parsed.GetResult(_cpus) is { Implicit: false })
            throw new UsageException("check: expected --cpus or --any-cpus, found both");
        if (parsed.GetValue(_mutants) && _silo.Of(parsed) is not null)
            throw new UsageException(
                "check: expected --mutants or --silo, found both: mutants are many small checks, which this process " +
                "explores");
        if (protocol is null)
            GivenOptions.Refuse(parsed, $"{name}, which has no CnP and no TLBI", _cnp, _erratum);
        RefuseCasemate(parsed, protocol is not null);
        if (parsed.GetValue(_mutants) && parsed.GetValue(_trace) is not null)
            throw new UsageException("check: expected --trace or --mutants, found both");
        return new()
        {
            Name = name,
            Protocol = protocol,
            TwoStep = parsed.GetValue(_twoStep),
            Mutants = parsed.GetValue(_mutants),
            Markdown = _format.IsMarkdown(parsed, parsed.GetValue(_mutants), parsed.GetValue(_json)),
            Trace = parsed.GetValue(_trace),
            Html = parsed.GetValue(_html),
            Silo = _silo.Of(parsed),
            Json = parsed.GetValue(_json),
            Options = new CheckOptions
            {
                Cpus = parsed.GetValue(_cpus),
                AnyCpus = any,
                Strict = parsed.GetValue(_strict),
                Symmetry = parsed.GetValue(_symmetry) == "on",
                Cnp = parsed.GetValue(_cnp) == "on",
                RepeatsTlbi = parsed.GetValue(_erratum) is not null,
                Levels = parsed.GetValue(_levels),
                MemoryLimit = parsed.GetValue(_memory),
                TimeIsOver = timeIsOver,
            },
        };
    }

    /// <summary>The page to write; null where none is asked for.</summary>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public OutputFile? OpenPage(ParseResult parsed) =>
        parsed.GetValue(_html) is { } file ? HtmlOption.Open(file) : null;

    /// <summary>Ends what is explored, undecided, when --time is over.</summary>
    public CancellationTokenSource Time(ParseResult parsed) => TimeOption.Start(parsed.GetValue(_time));

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);
}

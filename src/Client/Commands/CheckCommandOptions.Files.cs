using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Commands;

/// <summary>What the options of check mean for litmus tests, one or a folder of them.</summary>
internal sealed partial class CheckCommandOptions
{
    /// <summary>The folder of litmus tests to check; null if the argument is not a folder.</summary>
    public string? Folder(ParseResult parsed) =>
        parsed.GetValue(_protocol) is { } name && NearestName.Same(name, CheckRequest.Names) is null
            && !ProtocolSource.HasSuffix(name) && Directory.Exists(name) ? name : null;

    /// <summary>A folder's tests have no counterexample that one file could hold.</summary>
    /// <exception cref="UsageException">--trace or --html is given.</exception>
    public void RefuseTraceOfFolder(ParseResult parsed) =>
        GivenOptions.Refuse(parsed, "a folder, whose tests would share one file (name one test)", _trace, _html);

    /// <summary>Options for checking files, which state their own CPUs and programs.</summary>
    /// <exception cref="UsageException">An option is for named protocols only.</exception>
    public CheckOptions OfFiles(ParseResult parsed, string path, CancellationToken timeIsOver)
    {
        foreach (
            var option in (Option[])[_cpus, _any, _mutants, _format.Option, _cnp, _erratum, _strict, _symmetry,
                _twoStep])
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException(
                    $"{option.Name}: expected a protocol of mmu check --list, found {GivenValue.Quoted(path)}, which "
                    + "says itself what runs where");
        }

        if (_silo.Of(parsed) is not null)
            throw new UsageException(
                $"--silo: expected a protocol of mmu check --list, found {GivenValue.Quoted(path)}: the states of "
                + "litmus tests live in one process");
        return new CheckOptions
        {
            Levels = parsed.GetValue(_levels),
            MemoryLimit = parsed.GetValue(_memory),
            TimeIsOver = timeIsOver,
        };
    }

    private CheckRequest LitmusRequest(ParseResult parsed, string file, CancellationToken timeIsOver)
    {
        var options = OfFiles(parsed, file, timeIsOver);
        RefuseCasemate(parsed, hasTables: false);
        return new()
        {
            Name = file,
            Protocol = null,
            Litmus = LitmusReader.Parse(file, InputFile.ReadText(file, "a litmus test", LitmusReader.MaxBytes)),
            Trace = parsed.GetValue(_trace),
            Html = parsed.GetValue(_html),
            Json = parsed.GetValue(_json),
            Options = options,
        };
    }

    private void RefuseCasemate(ParseResult parsed, bool hasTables)
    {
        if (!hasTables && parsed.GetValue(_trace) is { } trace && TraceFileFormat.IsCasemate(trace))
            throw new UsageException(
                $"--trace: expected a name that ends in .json or .mmd, found {GivenValue.Quoted(trace)}: only "
                + "protocols of mmu check --list have tables for a casemate trace");
    }
}

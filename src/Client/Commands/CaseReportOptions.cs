using System.CommandLine;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--junit and --sarif of the verbs that judge files: reports that CI systems read.</summary>
internal sealed class CaseReportOptions
{
    private readonly Option<string?> _junit = new WrittenFileOption("--junit")
    {
        HelpName = "FILE",
        Description = "Also write each judged file as a test case of JUnit XML.",
    };

    private readonly Option<string?> _sarif = new WrittenFileOption("--sarif")
    {
        HelpName = "FILE",
        Description = "Also write what is wrong as SARIF 2.1.0.",
    };

    /// <summary>Both, for lists of options.</summary>
    public IReadOnlyList<Option> All => [_junit, _sarif];

    /// <summary>The files that are asked for; opened before the work begins, so that it is not done in vain.</summary>
    /// <exception cref="Exits.UsageException">A file cannot be written.</exception>
    public CaseReports Open(ParseResult parsed) => new(
        parsed.GetValue(_junit) is { } junit ? OutputFile.Open(_junit.Name, junit) : null,
        parsed.GetValue(_sarif) is { } sarif ? OutputFile.Open(_sarif.Name, sarif) : null);
}

/// <summary>The reports for CI systems that a command writes.</summary>
internal sealed class CaseReports(OutputFile? junit, OutputFile? sarif)
{
    /// <summary>Whether any was asked for.</summary>
    public bool AreAsked => junit is not null || sarif is not null;

    /// <summary>Writes what was asked for.</summary>
    /// <param name="verb">The verb that judged: "lint".</param>
    /// <param name="rules">The rules that the verb judges by.</param>
    public void Write(string verb, IReadOnlyList<SarifRule> rules, IReadOnlyList<JudgedCase> cases)
    {
        junit?.Write(JUnitXml.Render(verb, cases));
        sarif?.Write(SarifLog.Render(verb, rules, cases));
    }
}

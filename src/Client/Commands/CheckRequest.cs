using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.References;
using Orleans.Mmu.Client.Laboratories;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Checks;
using Orleans.Mmu.Litmus.Tests;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Commands;

/// <summary>A check as requested on the command line.</summary>
internal sealed record CheckRequest
{
    /// <summary>All names that can be checked.</summary>
    public static IEnumerable<string> Names => CheckedProtocols.All.Select(p => p.Name).Concat(ReferenceCheck.Names);

    public required string Name { get; init; }

    /// <summary>The file of a protocol or test that is not built in; the name of any other.</summary>
    public string File => Protocol is { IsBuiltIn: false } own ? own.File.Source : Name;

    /// <summary>Whether a name is a litmus test's, not a protocol's.</summary>
    public static bool IsLitmusTest(string name) => name.EndsWith(".litmus", StringComparison.OrdinalIgnoreCase);

    /// <summary>The litmus test of a file; null for a named protocol.</summary>
    public LitmusTest? Litmus { get; init; }

    /// <summary>Null for a reference system, and for a file.</summary>
    public required CheckedProtocol? Protocol { get; init; }

    public required CheckOptions Options { get; init; }

    /// <summary>What is probably a mistake in the file or the options, a line each.</summary>
    public IEnumerable<string> Warnings =>
        Protocol is not { IsBuiltIn: false } own ? []
        : Options is { AnyCpus: false, Levels: null } && own.Levels.Length > Options.Cpus
        ? [.. own.File.Warnings, $"{own.File.Source}: expected the levels of {Counted.Of(Options.Cpus, "CPU")}, as "
            + $"many as are checked, found {own.Levels.Length}: the last ones are not used"]
        : own.File.Warnings;

    public bool TwoStep { get; init; }

    public bool Mutants { get; init; }

    /// <summary>Whether the tables of mutants are wanted in Markdown.</summary>
    public bool Markdown { get; init; }

    public string? Trace { get; init; }

    /// <summary>The page to write.</summary>
    public string? Html { get; init; }

    public bool Json { get; init; }

    /// <summary>Whether what each step is needed for is part of the answer.</summary>
    public bool WantsMatrixOf(CheckReport report) =>
        Mutants || (Html is not null && Protocol is not null && report.Verdict == CheckVerdict.Holds);

    /// <summary>The gateways of the cluster that explores; null for this process.</summary>
    public Gateways? Silo { get; init; }

    /// <param name="place">Where states live; those of a litmus test always live in this process.</param>
    public async Task<CheckReport> RunAsync(
        IStateHost place, IProgress<ExplorationProgress> progress, CancellationToken cancellationToken) =>
            Litmus is { } test
        ? LitmusCheck.Run(test, Options, progress, cancellationToken)
        : Protocol is { } protocol
        ? await new ProtocolCheck(protocol, Options, cancellationToken) { Progress = progress }.RunAsync(place)
        : await ReferenceCheck.RunAsync(Name, TwoStep, Options, place, progress, cancellationToken);
}

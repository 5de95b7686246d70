using Orleans.Mmu.Checking;

namespace Orleans.Mmu.Client;

/// <summary>A check as it was asked for.</summary>
internal sealed record CheckRequest
{
    /// <summary>Every name that can be checked.</summary>
    public static IEnumerable<string> Names => CheckedProtocols.All.Select(p => p.Name).Concat(ReferenceCheck.Names);

    public required string Name { get; init; }

    /// <summary>Whether a name is a litmus test's, not a protocol's.</summary>
    public static bool IsFile(string name) => name.EndsWith(".litmus", StringComparison.OrdinalIgnoreCase);

    /// <summary>A protocol from a file; null where it was named.</summary>
    public LitmusTest? Litmus { get; init; }

    /// <summary>Null for a reference system, and for a file.</summary>
    public required CheckedProtocol? Protocol { get; init; }

    public required CheckOptions Options { get; init; }

    public bool TwoStep { get; init; }

    public bool Mutants { get; init; }

    public string? Trace { get; init; }

    public bool Json { get; init; }

    public CheckReport Run(IProgress<ExplorationProgress> progress, CancellationToken cancellationToken) => Litmus is { } test
        ? LitmusCheck.Run(test, Options, progress, cancellationToken)
        : Protocol is { } protocol
        ? new ProtocolCheck(protocol, Options, cancellationToken) { Progress = progress }.Run()
        : ReferenceCheck.Run(Name, TwoStep, Options, progress, cancellationToken);
}

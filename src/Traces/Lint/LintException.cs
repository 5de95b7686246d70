namespace Orleans.Mmu.Traces.Lint;

/// <summary>An event of a trace breaks a rule.</summary>
/// <param name="root">The root of the tree that the event concerns; null for none.</param>
internal sealed class LintException(string reason, ulong? root = null) : Exception(reason)
{
    public ulong? RootAddress { get; } = root;
}

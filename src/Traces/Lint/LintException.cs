namespace Orleans.Mmu.Traces.Lint;

/// <summary>An event breaks a rule.</summary>
/// <param name="root">The tree that it is about; null for none.</param>
internal sealed class LintException(string reason, ulong? root = null) : Exception(reason)
{
    public ulong? Root { get; } = root;
}

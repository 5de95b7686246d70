namespace Orleans.Mmu.Traces.Lint;

/// <summary>An event of a trace breaks a rule.</summary>
/// <param name="tree">
/// The tree whose entries would be wrong, or whose walks would find other memory; null where no CPU would fail.
/// </param>
/// <param name="cpu">The CPU that would fail; null for the weakest of those that may hold the tree.</param>
internal sealed class LintException(string reason, HeldTree? tree = null, int? cpu = null) : Exception(reason)
{
    public HeldTree? Tree { get; } = tree;

    public int? Cpu { get; } = cpu;
}

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// A tree whose entries a CPU may hold. A tree keeps its entries when the kernel frees it, and its page may become
/// another root meanwhile, so an address alone does not name a tree.
/// </summary>
/// <param name="Root">The address of its root.</param>
/// <param name="Release">Which of the released trees it is, from 1; 0 for a tree that is not released.</param>
internal readonly record struct HeldTree(ulong Root, int Release)
{
    public static implicit operator HeldTree(ulong root) => new(root, 0);
}

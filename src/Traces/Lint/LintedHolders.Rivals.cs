namespace Orleans.Mmu.Traces.Lint;

/// <summary>A tree that a CPU walks through a register, and another one that it may still hold through it.</summary>
internal readonly record struct RivalTrees(int Cpu, CasemateRegister Register, ulong Root, ulong Held);

/// <summary>The CPUs whose TLBs may hold entries of two trees for one half of the addresses.</summary>
internal sealed partial class LintedHolders
{
    private readonly List<RivalTrees> _rivals = [];

    /// <summary>
    /// The CPUs that walk a tree of one of these roots and may hold another tree through its register. The list is
    /// valid until the next call.
    /// </summary>
    public List<RivalTrees> RivalsOf(IReadOnlyList<ulong> roots)
    {
        _rivals.Clear();
        foreach (var holder in _cpus)
            holder.AddRivals(roots, _rivals);
        return _rivals;
    }

    /// <summary>
    /// A CPU that may hold a tree of the upper half through a register of another size than this one, with its shape;
    /// null if there is none.
    /// </summary>
    public (int Cpu, LintedHalf Half)? InOtherSize(ulong root, CasemateRegister register, LintedHalf half)
    {
        if (!LintedHalf.IsUpper(register))
            return null;
        foreach (var holder in _cpus)
        {
            foreach (var other in holder.RegistersOf(root))
            {
                if (LintedHalf.IsUpper(other) && holder.HalfOf(other, root) is { } known && known.Bits != half.Bits)
                    return (holder.Cpu, known);
            }
        }

        return null;
    }
}

/// <summary>The trees that a CPU may hold beside those that it walks.</summary>
internal sealed partial class LintedHolder
{
    /// <summary>Adds the trees that the CPU may hold beside one of these roots that it walks.</summary>
    public void AddRivals(IReadOnlyList<ulong> roots, List<RivalTrees> found)
    {
        // Nearly always the CPU holds one tree through each register.
        if (_through.Count < 2)
            return;
        foreach (var walked in _walked)
        {
            if (walked.Release != 0 || !roots.Contains(walked.Root))
                continue;
            foreach (var (register, tree) in _through.Keys)
            {
                if (tree != walked)
                    continue;
                foreach (var (other, held) in _through.Keys)
                {
                    // Trees with ASIDs are not released while a CPU may hold them.
                    if (other == register && held != walked && held.Release == 0)
                        found.Add(new(cpu, register, walked.Root, held.Root));
                }
            }
        }
    }
}

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges writes to MAIR, TCR_EL1, TCR_EL2 and HCR_EL2, whose fields are permitted to be cached in a TLB: with another
/// value, the descriptors that a CPU walks translate otherwise, while entries that the CPU made of them under the old
/// value remain until a TLBI.
/// </summary>
internal sealed partial class LintedControlChange(
    LintFindings found, LintedMemory memory, LintedLeaves leaves, StaleIndex stale, LintedHolders holders,
    LintedMairs mairs)
{
    /// <summary>A CPU changes the shape in which it reads the trees of a register.</summary>
    public void Shape(int cpu, CasemateRegister register, LintedHalf before, LintedHalf after)
    {
        if (IsSameShape(register, before, after))
            return;
        var holder = holders[cpu];
        foreach (ulong root in Unreleased(holder, register))
        {
            if (holder.Walks(root) && MayBeHeld(cpu, root, before))
                Report(cpu, register, root, root, before, after, holder.MissingDrop(root));
        }
    }

    /// <summary>
    /// A CPU is about to take up a tree through a register: no tree that it may have cached through that register was
    /// read in another shape.
    /// </summary>
    /// <param name="half">The shape in which the CPU reads the tree from now on.</param>
    public void TakeUpShape(int cpu, CasemateRegister register, ulong root, LintedHalf half)
    {
        var holder = holders[cpu];
        if (!holder.HasReadOtherwise(register, half))
            return;
        foreach (ulong held in Unreleased(holder, register))
        {
            if (holder.HalfOf(register, held) is { } before && !IsSameShape(register, before, half)
                && MayBeHeld(cpu, held, before) && IsPopulated(root, half))
                Report(cpu, register, held, root, before, half, holder.MissingDrop(held));
        }
    }

    /// <summary>
    /// Walks begin at a register whose shape has changed while they were off, with no ISB since: the first may read
    /// the tree in the earlier shape.
    /// </summary>
    public void EarlierShape(int cpu, CasemateRegister register, ulong root, LintedHalf before, LintedHalf after)
    {
        if (!IsSameShape(register, before, after) && (IsPopulated(root, before) || IsPopulated(root, after)))
            Report(cpu, register, root, root, before, after, $"no ISB of CPU {cpu} has followed the write of TCR");
    }

    /// <summary>
    /// A CPU is about to read the tree of TTBR0_EL2 with another E2H than a CPU that may hold entries of it.
    /// </summary>
    /// <param name="hasAsids">E2H: the tree has ASIDs from now on.</param>
    public void TakeUpHost(ulong root, LintedHalf half, bool hasAsids)
    {
        if (memory.Find(root) is not { IsTable: true, Regime: CasemateRegime.El2 } page || page.HasAsids == hasAsids
            || holders.HolderOf(root) is not { } holder || !MayBeHeld(holder, root, half))
            return;
        found.Report(
            $"stale after a change of HCR_EL2: E2H changes under the tree at 0x{root:x}, and is permitted to be cached "
            + $"in a TLB, while CPU {holder} may still have entries of the tree cached, since "
            + holders[holder].MissingDrop(root), root, holder);
    }

    /// <summary>Whether a root has a valid entry.</summary>
    public bool IsPopulated(ulong root, LintedHalf half)
    {
        for (int entry = 0; entry < half.RootEntries; entry++)
        {
            ulong address = root + (ulong)entry * 8;
            if (memory.Find(address) is not { } page)
                entry |= LintedPage.Words - 1;
            else if (LintedPage.IsValid(
                page[(int)(address >> 3) & (LintedPage.Words - 1)], half.Geometry, half.StartLevel))
                return true;
        }

        return false;
    }

    // A root has a valid entry, or one that was replaced may still be cached.
    private bool MayBeHeld(int cpu, ulong root, LintedHalf half)
    {
        if (IsPopulated(root, half))
            return true;
        for (int entry = 0; entry < half.RootEntries; entry++)
        {
            ulong address = root + (ulong)entry * 8;
            if (memory.Find(address) is not { Stale: > 0 } page)
                entry |= LintedPage.Words - 1;
            else if (stale.Of(page, (int)(address >> 3) & (LintedPage.Words - 1))
                .Exists(old => old.DroppedBy?.Contains(cpu) != true))
                return true;
        }

        return false;
    }

    // The lower half begins at address 0 in every size, so a size that keeps the first level moves no entry. The upper
    // half ends at the last address, and its first one moves with the size.
    private static bool IsSameShape(CasemateRegister register, LintedHalf a, LintedHalf b) =>
        a.Geometry == b.Geometry && a.StartLevel == b.StartLevel
        && (!LintedHalf.IsUpper(register) || a.Bits == b.Bits);

    private static IEnumerable<ulong> Unreleased(LintedHolder holder, CasemateRegister register) =>
        holder.HeldThrough(register).Where(t => t.Release == 0).Select(t => t.Root);

    private void Report(
        int cpu, CasemateRegister register, ulong held, ulong root, LintedHalf before, LintedHalf after,
        string missing)
    {
        string half = LintedHalf.IsUpper(register) ? "TG1, T1SZ" : "TG0, T0SZ";
        string el = LintedRoots.RegimeOf(register) == CasemateRegime.El2 ? "EL2" : "EL1";
        found.Report(
            $"stale after a change of TCR_{el}: CPU {cpu} reads the tree at 0x{root:x} with {Words(after)}, and may "
            + $"still have entries of the tree at 0x{held:x} cached that it read with {Words(before)}, since "
            + $"{missing} ({half}, DS and IPS are permitted to be cached in a TLB)", root, cpu,
            spot: SpotOf(register, held, before, root, after));

        static string Words(LintedHalf shape) =>
            $"{shape.Geometry.Granule} pages and {shape.Bits} bits of address";
    }
}

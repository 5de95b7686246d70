namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Descriptors of the new tree that were cleared, and that the CPU may still read, because no DSB has followed the
/// store (R_TGRMW, R_SPVBD): the value before it meets what the CPU holds of the other tree.
/// </summary>
internal sealed partial class LintedSwitch
{
    // Of a valid descriptor, the old value is judged beside the new one where the CPU takes the tree up.
    private bool? CompareLate(LintedPage old, LintedPage page, int word, in Change change)
    {
        bool mayAbort = false;
        foreach (var late in stale.Of(page, word))
        {
            if (!late.IsReadableBy(change.Cpu) || !late.Roots.Contains(change.Root) || late.Level != page.Level
                || late.Input != page.InputOf(word))
                continue;
            if (Compare(old, page, word, new(late.Value, late), change) is not { } aborts)
                return null;
            mayAbort |= aborts;
        }

        return mayAbort;
    }

    private string WhyLate(in Read after, int cpu) => after.Late is not { } late ? ""
        : $", which CPU {cpu} may still read at 0x{late.Address:x}, since {steps.Missing(late, cpu)}";
}

using System.Collections.Immutable;
using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Linux;

/// <summary>A vm_struct: addresses in a row, and the pages behind them, which need not be in a row.</summary>
/// <param name="Start">The area's first address.</param>
/// <param name="Pages">The page behind each page of addresses.</param>
/// <param name="PageSize">Bytes of a page.</param>
/// <param name="AllowsHuge">VM_ALLOW_HUGE_VMAP: it may be mapped by blocks, and its permissions may not change.</param>
public sealed record VmallocArea(VirtualAddress Start, ImmutableArray<PhysicalAddress> Pages, ulong PageSize, bool AllowsHuge = false)
{
    public VirtualAddress End => Start + (ulong)Pages.Length * PageSize;

    /// <summary>All of it.</summary>
    public LinearRange Range => new(Start, End);

    /// <summary>The pages behind a range of the area.</summary>
    public IEnumerable<PhysicalAddress> PagesOf(LinearRange range)
    {
        for (var va = range.Start; va < range.End; va += PageSize)
            yield return Pages[(int)((va - Start) / PageSize)];
    }
}

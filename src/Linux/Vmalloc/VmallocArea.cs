using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Vmalloc;

/// <summary>A vm_struct: consecutive addresses, and the pages behind them, which need not be consecutive.</summary>
/// <param name="Start">The area's first address.</param>
/// <param name="Pages">The physical page behind each page of addresses.</param>
/// <param name="PageSize">The size of a page in bytes.</param>
/// <param name="AllowsHuge">VM_ALLOW_HUGE_VMAP: blocks may map the area, and its permissions may not change.</param>
public sealed record VmallocArea(VirtualAddress Start, ImmutableArray<PhysicalAddress> Pages, ulong PageSize,
    bool AllowsHuge = false)
{
    public VirtualAddress End => Start + (ulong)Pages.Length * PageSize;

    /// <summary>The addresses of the whole area.</summary>
    public LinearRange Range => new(Start, End);

    /// <summary>The address of each page.</summary>
    public IEnumerable<VirtualAddress> Addresses => AddressesOf(Range);

    /// <summary>The page behind an address of the area.</summary>
    public PhysicalAddress PageAt(VirtualAddress va) => Pages[(int)((va - Start) / PageSize)];

    /// <summary>The pages behind a range of the area.</summary>
    public IEnumerable<PhysicalAddress> PagesOf(LinearRange range) => AddressesOf(range).Select(PageAt);

    /// <summary>The addresses of some of its pages.</summary>
    public LinearRange Part(int first, int count) =>
        new(Start + (ulong)first * PageSize, Start + (ulong)(first + count) * PageSize);

    private IEnumerable<VirtualAddress> AddressesOf(LinearRange range)
    {
        for (var va = range.Start; va < range.End; va += PageSize)
            yield return va;
    }
}

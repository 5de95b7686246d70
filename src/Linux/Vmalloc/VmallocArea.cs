using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Vmalloc;

/// <summary>A vm_struct: addresses in a row, and the pages behind them, which need not be in a row.</summary>
/// <param name="Start">The area's first address.</param>
/// <param name="Pages">The page behind each page of addresses.</param>
/// <param name="PageSize">Bytes of a page.</param>
/// <param name="AllowsHuge">VM_ALLOW_HUGE_VMAP: it may be mapped by blocks, and its permissions may not change.</param>
public sealed record VmallocArea(VirtualAddress Start, ImmutableArray<PhysicalAddress> Pages, ulong PageSize,
    bool AllowsHuge = false)
{
    public VirtualAddress End => Start + (ulong)Pages.Length * PageSize;

    /// <summary>All of it.</summary>
    public LinearRange Range => new(Start, End);

    /// <summary>The address of each page.</summary>
    public IEnumerable<VirtualAddress> Addresses => AddressesOf(Range);

    /// <summary>The page behind an address of the area.</summary>
    public PhysicalAddress PageAt(VirtualAddress va) => Pages[(int)((va - Start) / PageSize)];

    /// <summary>The pages behind a range of the area.</summary>
    public IEnumerable<PhysicalAddress> PagesOf(LinearRange range) => AddressesOf(range).Select(PageAt);

    /// <summary>The range of some of its pages.</summary>
    public LinearRange Part(int first, int count) =>
        new(Start + (ulong)first * PageSize, Start + (ulong)(first + count) * PageSize);

    private IEnumerable<VirtualAddress> AddressesOf(LinearRange range)
    {
        for (var va = range.Start; va < range.End; va += PageSize)
            yield return va;
    }
}

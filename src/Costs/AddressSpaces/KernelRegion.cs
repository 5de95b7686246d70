namespace Orleans.Mmu.Costs.AddressSpaces;

/// <summary>The regions of the kernel's address space; Linux maps each in its own way.</summary>
public enum KernelRegion
{
    /// <summary>Everything that TTBR0 translates.</summary>
    User,

    /// <summary>The linear map.</summary>
    Linear,

    /// <summary>The kernel's own text and data, which lie in the vmalloc area.</summary>
    Image,

    /// <summary>vmalloc, modules, fixmap.</summary>
    Vmalloc,

    /// <summary>The array of struct page.</summary>
    Vmemmap,
}

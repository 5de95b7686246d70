namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// The effects of a step that more than one interpreter asks for. Every kind of step declares its own, so a new kind
/// cannot be left out of these questions.
/// </summary>
[Flags]
public enum StepEffects
{
    /// <summary>None of the effects below.</summary>
    None = 0,

    /// <summary>Descriptors in tables are stored.</summary>
    StoresDescriptors = 1,

    /// <summary>For every CPU, the earlier stores become visible before the later ones.</summary>
    OrdersStores = 2,

    /// <summary>
    /// The CPU waits for its earlier stores and for the TLBIs that the barrier completes (R_YNJCP). It waits until
    /// every CPU can observe the stores if the step <see cref="OrdersStores"/> too, otherwise until it can itself.
    /// </summary>
    CompletesEarlier = 4,

    /// <summary>Earlier changes of the CPU's registers and TLB take effect on its next instruction.</summary>
    SynchronizesContext = 8,

    /// <summary>TLB entries are invalidated, on this CPU or on all.</summary>
    InvalidatesTlb = 16,

    /// <summary>The flag or a lock, which a state keeps beside it, is changed.</summary>
    ChangesFlag = 32,

    /// <summary>The code on the CPU accesses its stack, which lies in the linear map.</summary>
    AccessesStack = 64,
}

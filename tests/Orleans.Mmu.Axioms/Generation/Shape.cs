namespace Orleans.Mmu.Axioms.Generation;

/// <summary>What generated programs may have beyond loads, stores, atomics on data, barriers and TLBIs.</summary>
[Flags]
internal enum Extras
{
    None = 0,
    DescriptorAtomics = 1,
    HardwareUpdates = 2,
    Handlers = 4,
    CompareAndSwap = 8,
    Exclusives = 16,
    All = DescriptorAtomics | HardwareUpdates | Handlers | CompareAndSwap | Exclusives,
}

/// <summary>What stands between two accesses of a CPU.</summary>
internal enum Link
{
    Nothing,
    Dmb,
    DmbLoads,
    DmbStores,
    Dsb,
    DsbLoads,
    DsbStores,
    DsbIsb,
    Isb,
    Address,
    AddressIsb,
    Data,
    Control,
    ControlIsb,
    PickedAddress,
    PickedData,
    PickedControl,
    Flush,
    FlushIsb,
    FlushWithoutDsb,
    FlushAfterStores,
    FlushAfterLoads,
    FlushUnfinished,
}

/// <summary>What an access does.</summary>
internal enum Doing
{
    Load,
    LoadAcquire,
    LoadAcquirePc,
    Store,
    StoreRelease,
    Swap,
    Add,
    AddWithoutReturn,
    CompareAndSwap,
    Exclusive,
}

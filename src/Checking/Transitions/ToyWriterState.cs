using System.Runtime.CompilerServices;
using Orleans.Mmu.Checking.Toy;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>The state of a CPU as one of several that store descriptors and broadcast TLBIs.</summary>
internal struct ToyWriterState
{
    /// <summary>Its stores that every walker can see, and those that it skipped, as a mask.</summary>
    public uint Performed;

    /// <summary>The entries that memory has held since the floors of its TLBIs.</summary>
    public FloorWindows Windows;

    /// <summary>
    /// While an interrupt is pending at the CPU: the entries that memory has held at any time since the last DSB of the
    /// CPU that sent it. Empty where no TLBI in the interrupt depends on it.
    /// </summary>
    public uint SenderWindow;

    /// <summary>
    /// What it may find by walks begun early. Empty where no access that must not fault, no broadcast TLBI and no
    /// interrupt to send is still to come.
    /// </summary>
    public EarlyWalks Early;

    /// <summary>The accesses that may have begun through entries that are removed.</summary>
    public BegunAccesses Begun;

    /// <summary>
    /// While a broadcast TLBI of the CPU is pending: the set that remains on each other CPU once it is complete.
    /// </summary>
    public RemainingSets After;

    /// <summary>
    /// While a broadcast TLBI of the CPU is pending: what no other CPU may use any longer once it is complete.
    /// </summary>
    public PendingRemoval Removes;
}

/// <summary>A may-set for each CPU.</summary>
[InlineArray(ToyMachine.MaxCpus)]
internal struct RemainingSets
{
    private uint _first;
}

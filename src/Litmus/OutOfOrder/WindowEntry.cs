using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>What an instruction in the window has done so far.</summary>
[Flags]
internal enum EntryProgress : byte
{
    None = 0,

    /// <summary>Its translation is known.</summary>
    Walked = 1,

    /// <summary>Its explicit read is performed.</summary>
    Read = 2,

    /// <summary>Its explicit write is performed.</summary>
    Written = 4,

    /// <summary>Its fault or its TLBI is performed.</summary>
    Other = 8,

    /// <summary>Another CPU has written the location since the version that its read took.</summary>
    Overwritten = 16,

    /// <summary>Hardware has updated the descriptor for it.</summary>
    Updated = 32,

    /// <summary>
    /// Its read takes what an atomic of its CPU writes, which is not known before the atomic's own read.
    /// </summary>
    Pending = 64,
}

/// <summary>What is assumed of a branch, a CSEL, a CAS or an STXR before it is known.</summary>
internal enum Guess : byte
{
    None,

    /// <summary>The condition holds; the CAS or the STXR succeeds.</summary>
    Holds,

    /// <summary>The condition does not hold; the CAS or the STXR fails and writes nothing.</summary>
    Fails,

    /// <summary>The CAS fails and writes back what it has read.</summary>
    Rewrites,
}

/// <summary>One fetched instruction of a CPU that is not yet wholly performed, or waits for one that is not.</summary>
internal record struct WindowEntry(int At)
{
    /// <summary>An index of no version, no location, no entry.</summary>
    public const int None = -1;

    public EntryProgress Progress { get; set; }

    public Guess Guess { get; set; }

    /// <summary>The fault that its walk leads to.</summary>
    public LitmusFault Fault { get; set; }

    /// <summary>The version of the pte that its walk has read.</summary>
    public int Version { get; set; } = None;

    /// <summary>The location that an access reaches, once its translation is known.</summary>
    public int Location { get; set; } = None;

    /// <summary>
    /// The entry whose write was forwarded to its read, while that write is not performed. Where the write's
    /// translation is not known yet, its walk has to lead to the location of the read.
    /// </summary>
    public int Source { get; set; } = None;

    /// <summary>What its read took.</summary>
    public LitmusValue Value { get; set; }

    /// <summary>For a performed TLBI, the versions of each word that were overwritten before it.</summary>
    public uint[]? Removes { get; set; }

    /// <summary>The descriptor that hardware writes for the access.</summary>
    public int Update { get; set; } = None;

    /// <summary>Whether hardware has still to write it.</summary>
    public readonly bool IsUpdating => Update >= 0 && !Has(EntryProgress.Updated);

    /// <summary>Whether the walk allows a CAS only to fail, since hardware does not set the dirty state.</summary>
    public bool OnlyFails { get; set; }

    /// <summary>Whether what its read took is known.</summary>
    public readonly bool HasValue => (Progress & (EntryProgress.Read | EntryProgress.Pending)) == EntryProgress.Read;

    public readonly bool Has(EntryProgress progress) => (Progress & progress) != 0;
}

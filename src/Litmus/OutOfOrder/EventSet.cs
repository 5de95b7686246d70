namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>Events of a window: one bit for the entry whose event it is, in one mask for each kind of event.</summary>
/// <param name="Walks">Walks of data accesses.</param>
/// <param name="Reads">Explicit reads.</param>
/// <param name="Writes">Explicit writes.</param>
/// <param name="Others">TLBIs, faults, and hardware updates of descriptors.</param>
internal readonly record struct EventSet(ulong Walks, ulong Reads, ulong Writes, ulong Others)
{
    public bool IsEmpty => (Walks | Reads | Writes | Others) == 0;

    public static EventSet operator |(in EventSet a, in EventSet b) =>
        new(a.Walks | b.Walks, a.Reads | b.Reads, a.Writes | b.Writes, a.Others | b.Others);

    public static EventSet OfReads(ulong reads) => new(0, reads, 0, 0);

    public static EventSet OfWrites(ulong writes) => new(0, 0, writes, 0);
}

/// <summary>TLBIs of a CPU that no event after their DSB has completed yet.</summary>
/// <param name="Window">Those in the window, by entry.</param>
/// <param name="Retired">Those that have left the window, by their index among the retired ones.</param>
internal readonly record struct TlbiSet(ulong Window, ulong Retired)
{
    public bool IsEmpty => (Window | Retired) == 0;

    public static TlbiSet operator |(in TlbiSet a, in TlbiSet b) => new(a.Window | b.Window, a.Retired | b.Retired);
}

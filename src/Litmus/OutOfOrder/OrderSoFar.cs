namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// What the part of a window before one entry orders before the entry's events. Only events that are not performed yet
/// count: those that are have already happened before.
/// </summary>
internal struct OrderSoFar
{
    /// <summary>Events so far.</summary>
    public EventSet Events;

    /// <summary>Reads so far whose value is returned to a register (\NoRet).</summary>
    public ulong Returning;

    /// <summary>Reads that branches depend on (ctrl, pick-ctrl-dep).</summary>
    public ulong Control;

    /// <summary>Reads that addresses of explicit accesses depend on (addr, pick-addr-dep).</summary>
    public ulong Addresses;

    /// <summary>Writes with release.</summary>
    public ulong Releases;

    /// <summary>Before every later explicit access and every fault: DMB, acquire.</summary>
    public EventSet BeforeAccesses;

    /// <summary>Writes before every later write and every fault: DMB ST.</summary>
    public ulong BeforeWrites;

    /// <summary>Before everything later but walks: DSB-ob.</summary>
    public EventSet BeforeDsb;

    /// <summary>Before everything later: IFB-ob.</summary>
    public EventSet BeforeContext;

    /// <summary>Whether the fault handler runs.</summary>
    public bool InHandler;

    /// <summary>Whether the CPU has taken an exception.</summary>
    public bool HasFaulted;

    /// <summary>TLBIs so far.</summary>
    public TlbiSet Issued;

    /// <summary>TLBIs that a DSB follows which completes them.</summary>
    public TlbiSet Synchronized;

    /// <summary>Those of them that a context synchronization event follows.</summary>
    public TlbiSet InContext;

    /// <summary>TLBIs and hardware updates so far: the other events that a DSB waits for.</summary>
    public ulong Awaited;

    /// <summary>
    /// Notes what an ISB, an exception entry or an exception return here orders before every later event.
    /// </summary>
    /// <param name="picked">Reads that the address of an access with a fault depends on.</param>
    public void SynchronizeContext(ulong picked)
    {
        // [Exp & R]; ctrl; [IFB]; po and addr; [Exp & M]; po; [IFB]; po, pick dependencies alike; DSB-ob; [IFB]; po;
        // and walks of earlier accesses.
        BeforeContext |= new EventSet(Events.Walks, Control | Addresses | picked, 0, 0) | BeforeDsb;
        InContext |= Synchronized;
    }

    public void Dsb(Arm.Barriers.BarrierAccesses accesses)
    {
        BeforeDsb |= accesses switch
        {
            Arm.Barriers.BarrierAccesses.Loads => EventSet.OfReads(Returning),
            Arm.Barriers.BarrierAccesses.Stores => EventSet.OfWrites(Events.Writes),
            _ => Events with { Others = Awaited },
        };
        Dmb(accesses);
    }

    public void Dmb(Arm.Barriers.BarrierAccesses accesses)
    {
        switch (accesses)
        {
            case Arm.Barriers.BarrierAccesses.Loads:
                BeforeAccesses |= EventSet.OfReads(Returning);
                break;
            case Arm.Barriers.BarrierAccesses.Stores:
                BeforeWrites |= Events.Writes;
                break;
            default:
                BeforeAccesses |= new EventSet(0, Events.Reads, Events.Writes, 0);
                break;
        }
    }
}

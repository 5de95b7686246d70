namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The entries that memory has held at any time since a floor of a CPU. A TLBI leaves what a walk may have read since
/// its floor. Each is empty where nothing depends on it; see <see cref="WindowNeeds"/>.
/// </summary>
internal record struct FloorWindows
{
    /// <summary>
    /// Since the CPU's last DSB that waits for other CPUs, or its last load with a branch: the floor of its broadcast
    /// TLBIs, and of all its TLBIs if it has no DSB NSH.
    /// </summary>
    public uint Broadcast;

    /// <summary>
    /// Since its last DSB, or its last load with a branch: the floor of the TLBIs of its own TLB if it has a DSB NSH.
    /// </summary>
    public uint Local;

    /// <summary>Since its last DSB that waits for other CPUs: what comes before an interrupt that it sends.</summary>
    public uint Sent;

    /// <summary>Since its last store was performed: what DSB ST makes the floor of all three.</summary>
    public uint Store;

    /// <summary>Walks may read memory.</summary>
    /// <param name="now">The entries that memory holds, as the CPU or another one sees it.</param>
    /// <param name="ofOwn">Those that it holds as the CPU's own walks see it.</param>
    /// <param name="place">Where the CPU stands.</param>
    public void Read(uint now, uint ofOwn, WindowNeeds needs, int place)
    {
        Broadcast = needs.Broadcast[place] ? Broadcast | now : 0;
        Local = needs.Local[place] ? Local | ofOwn : 0;
        Sent = needs.Sent[place] ? Sent | now : 0;
        Store = needs.Store[place] ? Store | now : 0;
    }

    /// <summary>The DSB at a place is complete.</summary>
    public void Fence(WriterProgram program, int place)
    {
        if (program.IsFloor(place))
            Broadcast = Local = Sent = 0;
        else if (program.IsStoreFloor(place))
            Order(Store);
        else if (program.IsOwnFloor(place))
            Local = 0;
    }

    /// <summary>The CPU has loaded what a branch depends on, which orders its later TLBIs.</summary>
    public void HasBranched() => Broadcast = Local = 0;

    /// <summary>The CPU takes an interrupt.</summary>
    /// <param name="sinceSender">The entries since what the sender's last DSB had ordered.</param>
    public void Take(uint sinceSender) => Order(sinceSender);

    private void Order(uint since)
    {
        Broadcast &= since;
        Local &= since;
        Sent &= since;
    }
}

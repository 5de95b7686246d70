using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>How far the barriers after a retired TLBI have come.</summary>
internal enum TlbiStage : byte
{
    Issued,

    /// <summary>A DSB that completes it stands before the window.</summary>
    BeforeDsb,

    /// <summary>So does a context synchronization event after that DSB.</summary>
    BeforeContext,
}

/// <summary>A performed TLBI that has left the window and that nothing has completed.</summary>
/// <param name="Removes">For each word, the versions that were overwritten before it.</param>
internal readonly record struct RetiredTlbi(uint[] Removes, bool Broadcast, TlbiStage Stage);

/// <summary>
/// One CPU: the registers at the head of its window, and the instructions in the window, which are performed in any
/// order that the model allows. Not changed once it is part of a state.
/// </summary>
internal sealed partial class WindowCpu
{
    public WindowCpu(int number, int words)
    {
        Number = number;
        RemovedByOthers = new uint[words];
        RemovedByItself = new uint[words];
    }

    private WindowCpu(WindowCpu other)
    {
        Number = other.Number;
        Registers = [.. other.Registers];
        Compared = other.Compared;
        Link = other.Link;
        InHandler = other.InHandler;
        Monitored = other.Monitored;
        IsMonitorOpen = other.IsMonitorOpen;
        Next = other.Next;
        Entries = [.. other.Entries];
        Retired = [.. other.Retired];
        Faults = [.. other.Faults];
        RemovedByOthers = [.. other.RemovedByOthers];
        RemovedByItself = [.. other.RemovedByItself];
    }

    public int Number { get; }

    public LitmusValue[] Registers { get; } = new LitmusValue[31];

    /// <summary>What the last comparison left in the flags.</summary>
    public LitmusFlags Compared { get; set; }

    /// <summary>ELR_EL1.</summary>
    public LitmusValue Link { get; set; }

    /// <summary>Whether the fault handler runs.</summary>
    public bool InHandler { get; set; }

    /// <summary>The location of the last exclusive load that left the window; −1 for none.</summary>
    public int Monitored { get; set; } = WindowEntry.None;

    /// <summary>Whether that location was written since by another CPU.</summary>
    public bool IsMonitorOpen { get; set; }

    /// <summary>The instruction to fetch into an empty window; −1 after the program's end.</summary>
    public int Next { get; set; }

    public List<WindowEntry> Entries { get; } = [];

    public List<RetiredTlbi> Retired { get; } = [];

    public List<FaultRecord> Faults { get; } = [];

    /// <summary>For each table word, the versions that completed TLBIs of other CPUs have removed.</summary>
    public uint[] RemovedByOthers { get; }

    /// <summary>For each table word, the versions that the CPU's own completed TLBIs have removed.</summary>
    public uint[] RemovedByItself { get; }

    /// <summary>What orders the events in the window; set when the CPU becomes part of a state.</summary>
    public WindowOrder? Order { get; set; }

    /// <summary>Whether it has more to retire at once.</summary>
    public bool IsRunning { get; set; }

    public bool HasEnded => Next < 0 && Entries.Count == 0;

    /// <summary>Forgets, after the program's end, what only later accesses would need.</summary>
    public void Forget()
    {
        Retired.Clear();
        Array.Clear(RemovedByOthers);
        Array.Clear(RemovedByItself);
    }

    public WindowCpu Copy() => new(this);
}

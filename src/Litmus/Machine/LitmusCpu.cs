using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>One CPU of a litmus test.</summary>
internal sealed partial class LitmusCpu
{
    public LitmusCpu(int words, int slots, int cpus)
    {
        Usable = new uint[slots];
        UsableUntilIsb = new uint[slots];
        Early = new uint[words];
        AfterBroadcast = new uint[cpus][];
    }

    private LitmusCpu(LitmusCpu other)
    {
        Usable = [.. other.Usable];
        UsableUntilIsb = [.. other.UsableUntilIsb];
        Early = [.. other.Early];
        AfterLocal = other.AfterLocal is { } after ? [.. after] : null;
        AfterBroadcast = [.. other.AfterBroadcast.Select(a => a is null ? null : (uint[])[.. a])];
        Registers = [.. other.Registers];
        Taints = [.. other.Taints];
        Pending = [.. other.Pending];
        Buffer = [.. other.Buffer];
        Faults = [.. other.Faults];
        At = other.At;
        HasEnded = other.HasEnded;
        Compared = other.Compared;
        ComparedTaint = other.ComparedTaint;
        DsbFloor = other.DsbFloor;
        IsbFloor = other.IsbFloor;
        ControlFloor = other.ControlFloor;
        AddressFloor = other.AddressFloor;
        WalkFloor = other.WalkFloor;
        LastLoad = other.LastLoad;
        LastStore = other.LastStore;
        Flushed = other.Flushed;
        Roots = other.Roots;
        NewestRoot = other.NewestRoot;
        Order = other.Order;
        HasFaulted = other.HasFaulted;
        InHandler = other.InHandler;
        Link = other.Link;
        LinkTaint = other.LinkTaint;
        Monitored = other.Monitored;
        Translated = other.Translated;
        IsTranslatedSettled = other.IsTranslatedSettled;
        Updates = [.. other.Updates];
    }

    /// <summary>Index of the next instruction.</summary>
    public int At { get; set; }

    /// <summary>Whether the program has reached its end or was ended by a fault.</summary>
    public bool HasEnded { get; set; }

    public LitmusValue[] Registers { get; } = new LitmusValue[31];

    /// <summary>For each register, the latest loads that its value depends on.</summary>
    public LitmusTaint[] Taints { get; } = new LitmusTaint[31];

    /// <summary>What the last comparison left in the flags.</summary>
    public LitmusFlags Compared { get; set; }

    public LitmusTaint ComparedTaint { get; set; }

    /// <summary>Cacheable versions that an access may use: one mask for each slot.</summary>
    public uint[] Usable { get; set; }

    /// <summary>
    /// Versions that the CPU has itself invalidated and may still use until its ISB: one mask for each slot.
    /// </summary>
    public uint[] UsableUntilIsb { get; }

    /// <summary>Uncacheable versions that a walk begun early may have read: one mask for each table word.</summary>
    public uint[] Early { get; }

    /// <summary>
    /// What remains of <see cref="Usable"/> once this CPU's pending local TLBIs complete; null where none is pending.
    /// </summary>
    public uint[]? AfterLocal { get; set; }

    /// <summary>
    /// What remains of <see cref="Usable"/> once the pending broadcast TLBIs of each CPU complete; null where none is
    /// pending.
    /// </summary>
    public uint[]?[] AfterBroadcast { get; }

    public List<PendingTlbi> Pending { get; } = [];

    /// <summary>Stores that are not yet performed, oldest first.</summary>
    public List<BufferedStore> Buffer { get; } = [];

    public List<FaultRecord> Faults { get; } = [];

    /// <summary>D: versions that the CPU's last DSBs have ordered.</summary>
    public WordVersions DsbFloor { get; set; }

    /// <summary>I: versions that the CPU's last ISBs have ordered.</summary>
    public WordVersions IsbFloor { get; set; }

    /// <summary>C: loads that a branch depended on.</summary>
    public WordVersions ControlFloor { get; set; }

    /// <summary>A: loads that an address depended on.</summary>
    public WordVersions AddressFloor { get; set; }

    /// <summary>W: stores that the CPU's own walks have read from.</summary>
    public WordVersions WalkFloor { get; set; }

    public WordVersions LastLoad { get; set; }

    public WordVersions LastStore { get; set; }

    /// <summary>
    /// Versions overwritten before this moment have been removed from this CPU's TLB by a completed TLBI; used for
    /// herd's warning.
    /// </summary>
    public WordVersions Flushed { get; set; }

    /// <summary>Every value of TTBR1_EL1 that may be in effect.</summary>
    public LitmusRoot Roots { get; set; }

    public LitmusRoot NewestRoot { get; set; }

    /// <summary>The order number of the next buffered store.</summary>
    public int Order { get; set; }

    /// <summary>Whether an instruction has faulted and run again.</summary>
    public bool HasFaulted { get; set; }

    /// <summary>Whether the fault handler runs, at EL1.</summary>
    public bool InHandler { get; set; }

    /// <summary>ELR_EL1.</summary>
    public LitmusValue Link { get; set; }

    public LitmusTaint LinkTaint { get; set; }

    /// <summary>PAR_EL1.</summary>
    public LitmusValue Translated { get; set; }

    /// <summary>
    /// Whether an MRS of PAR_EL1 reads what the last AT gave, because a context synchronization has followed it.
    /// </summary>
    public bool IsTranslatedSettled { get; set; } = true;

    /// <summary>The location that the exclusive monitor watches; null where it is open.</summary>
    public LitmusTarget? Monitored { get; set; }

    /// <summary>Hardware updates that are not yet written, oldest first.</summary>
    public List<PendingUpdate> Updates { get; } = [];

    public LitmusCpu Copy() => new(this);

    public LitmusValue Read(LitmusRegister register)
    {
        if (register.IsZero)
            return LitmusValue.Zero;
        var value = Registers[register.Number];
        return register.Wide || value.Kind != LitmusValueKind.Number ? value : LitmusValue.Number((uint)value.Bits);
    }

    public LitmusTaint Taint(LitmusRegister register) =>
        register.IsZero ? LitmusTaint.None : Taints[register.Number];

    public LitmusValue Read(LitmusOperand operand) =>
        operand.Register is { } register ? Read(register) : LitmusValue.Number(operand.Immediate);

    public LitmusTaint Taint(LitmusOperand operand) =>
        operand.Register is { } register ? Taint(register) : LitmusTaint.None;

    public void Set(LitmusRegister register, LitmusValue value, LitmusTaint taint)
    {
        if (register.IsZero)
            return;
        Registers[register.Number] = register.Wide || value.Kind != LitmusValueKind.Number
            ? value : LitmusValue.Number((uint)value.Bits);
        Taints[register.Number] = taint;
    }
}

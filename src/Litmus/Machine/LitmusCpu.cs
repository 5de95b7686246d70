using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>One CPU of a litmus test.</summary>
internal sealed class LitmusCpu
{
    public LitmusCpu(int words, int slots, int cpus)
    {
        Usable = new uint[slots];
        Zombies = new uint[slots];
        Early = new uint[words];
        AfterBroadcast = new uint[cpus][];
    }

    private LitmusCpu(LitmusCpu other)
    {
        Usable = [.. other.Usable];
        Zombies = [.. other.Zombies];
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
        FaultedAt = other.FaultedAt;
    }

    /// <summary>The next instruction.</summary>
    public int At { get; set; }

    /// <summary>At its end, or ended by a fault.</summary>
    public bool HasEnded { get; set; }

    public LitmusValue[] Registers { get; } = new LitmusValue[31];

    /// <summary>For each register, the moments of the loads that its value came from.</summary>
    public Snapshot[] Taints { get; } = new Snapshot[31];

    /// <summary>What the last comparison compared.</summary>
    public (long Left, long Right) Compared { get; set; }

    public Snapshot ComparedTaint { get; set; }

    /// <summary>Cacheable versions that an access may use, by slot.</summary>
    public uint[] Usable { get; set; }

    /// <summary>What the CPU has itself invalidated and may still use until its ISB, by slot.</summary>
    public uint[] Zombies { get; }

    /// <summary>Uncacheable versions that a walk begun early may have read, by table word.</summary>
    public uint[] Early { get; }

    /// <summary>What is left of Usable once this CPU's own local TLBIs are complete; null where none is pending.</summary>
    public uint[]? AfterLocal { get; set; }

    /// <summary>The same for the broadcast TLBIs of each CPU.</summary>
    public uint[]?[] AfterBroadcast { get; }

    public List<PendingTlbi> Pending { get; } = [];

    /// <summary>Stores not yet performed, oldest first.</summary>
    public List<BufferedStore> Buffer { get; } = [];

    public List<FaultRecord> Faults { get; } = [];

    /// <summary>D: what its last DSB ordered.</summary>
    public Snapshot DsbFloor { get; set; }

    /// <summary>I: what its last ISB ordered.</summary>
    public Snapshot IsbFloor { get; set; }

    /// <summary>C: loads that a branch depended on.</summary>
    public Snapshot ControlFloor { get; set; }

    /// <summary>A: loads that an address depended on.</summary>
    public Snapshot AddressFloor { get; set; }

    /// <summary>W: stores that a walk of its own has read from.</summary>
    public Snapshot WalkFloor { get; set; }

    public Snapshot LastLoad { get; set; }

    public Snapshot LastStore { get; set; }

    /// <summary>Versions overwritten before it are gone from this CPU's TLB by a complete TLBI, for the warning of herd.</summary>
    public Snapshot Flushed { get; set; }

    /// <summary>Every value that TTBR1_EL1 may have in effect.</summary>
    public LitmusRoot Roots { get; set; }

    public LitmusRoot NewestRoot { get; set; }

    /// <summary>The order of the next store into the buffer.</summary>
    public int Order { get; set; }

    /// <summary>The instruction that has faulted and runs again; −1 for none.</summary>
    public int FaultedAt { get; set; } = -1;

    public LitmusCpu Copy() => new(this);

    public LitmusValue Read(LitmusRegister register)
    {
        if (register.IsZero)
            return LitmusValue.Zero;
        var value = Registers[register.Number];
        return register.Wide || value.Kind != LitmusValueKind.Number ? value : LitmusValue.Number((uint)value.Bits);
    }

    public Snapshot Taint(LitmusRegister register) => register.IsZero ? Snapshot.Start : Taints[register.Number];

    public void Set(LitmusRegister register, LitmusValue value, Snapshot taint)
    {
        if (register.IsZero)
            return;
        Registers[register.Number] = register.Wide || value.Kind != LitmusValueKind.Number ? value : LitmusValue.Number((uint)value.Bits);
        Taints[register.Number] = taint;
    }

    public void Write(StateWriter writer)
    {
        writer.Put(At);
        writer.Put(HasEnded ? 1 : 0);
        for (int i = 0; i < Registers.Length; i++)
        {
            writer.Put(Registers[i]);
            writer.Put(Taints[i]);
        }

        writer.Put(Compared.Left);
        writer.Put(Compared.Right);
        foreach (var snapshot in (ReadOnlySpan<Snapshot>)
            [ComparedTaint, DsbFloor, IsbFloor, ControlFloor, AddressFloor, WalkFloor, LastLoad, LastStore, Flushed])
        {
            writer.Put(snapshot);
        }

        writer.Put(Usable);
        writer.Put(Zombies);
        writer.Put(Early);
        writer.PutOptional(AfterLocal);
        foreach (uint[]? after in AfterBroadcast)
            writer.PutOptional(after);
        writer.Put((long)Roots);
        writer.Put((long)NewestRoot);
        writer.Put(FaultedAt + 1);
        WriteLists(writer);
    }

    private void WriteLists(StateWriter writer)
    {
        writer.Put(Pending.Count);
        foreach (var tlbi in Pending)
        {
            writer.Put(tlbi.Instruction.Line);
            writer.Put(tlbi.Page + 1);
            writer.Put(tlbi.Floor);
        }

        // The orders of buffered stores count from the oldest.
        int first = Buffer.Count > 0 ? Buffer[0].Order : Order;
        writer.Put(Order - first);
        writer.Put(Buffer.Count);
        foreach (var store in Buffer)
        {
            writer.Put(store.IsTableWord ? 1 : 0);
            writer.Put(store.Target);
            writer.Put(store.Value);
            writer.Put(store.Order - first);
        }

        writer.Put(Faults.Count);
        foreach (var fault in Faults)
        {
            writer.Put(fault.Instruction + 1);
            writer.Put(fault.Page);
            writer.Put((long)fault.Type);
        }
    }
}

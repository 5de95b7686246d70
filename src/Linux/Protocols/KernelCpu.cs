using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// One CPU that runs Linux: its processor, its run state, and the protocol steps that concern it alone. The runner of
/// the protocol performs the steps that involve others: table stores, broadcasts, waiting.
/// </summary>
public sealed class KernelCpu
{
    private readonly MachineDescription _machine;
    private readonly LinearMapLayout _layout;
    private bool _hasIdmapSize;

    public KernelCpu(MachineDescription machine, int id)
    {
        _machine = machine;
        _layout = LinearMapLayout.Of(machine);
        Id = id;
        var description = machine.Cpus[id];
        Stack = KernelStack.Of(machine, _layout, id);
        Processor = new Processor(machine.Geometry, description.Tlb, description.Bbm, TtbrFor(RootTable.Reserved),
            TtbrFor(RootTable.Swapper), machine.Geometry.PaBits);
    }

    public int Id { get; }

    public Processor Processor { get; }

    public CpuRunState State { get; private set; } = CpuRunState.Offline;

    /// <summary>The CPU's stack: a page of the linear map outside the image.</summary>
    public VirtualAddress Stack { get; }

    /// <summary>
    /// The address that kernel text is fetched from: the linear alias of _stext, because the model does not map the
    /// image.
    /// </summary>
    public VirtualAddress Text => _layout.ToVirtual(_machine.Image.Stext);

    /// <summary>The root in TTBR1, by Linux's name.</summary>
    public RootTable Ttbr1 => Enum.GetValues<RootTable>().First(r =>
        r != RootTable.Second && TtbrFor(r).RootAddress == Processor.Ttbr1.Value.RootAddress);

    /// <summary>
    /// Whether a walk can reach the kernel's map: from a possible value of TTBR1, or from a cached table entry of the
    /// upper half.
    /// </summary>
    public bool SeesMap =>
        State is not (CpuRunState.Offline or CpuRunState.Dead)
            && ((Processor.Ttbr1.MayBe(TtbrFor(RootTable.Swapper).RootAddress) && Processor.Walks1.MayBegin)
                || Processor.Tlb.Entries().Any(e => e.IsTable && e.Start.IsUpperHalf));

    /// <summary>
    /// What the TTBR0 half still has of the idmap, or of the way there: "idmap_pg_dir in TTBR0_EL1". Null where
    /// cpu_uninstall_idmap() has left nothing. Of a register, what was written last counts.
    /// </summary>
    public string? LeftOfIdmap()
    {
        if (Processor.Ttbr0.Value.RootAddress == TtbrFor(RootTable.Idmap).RootAddress)
            return $"{RootSymbol.Of(RootTable.Idmap)} in TTBR0_EL1";
        if (_hasIdmapSize)
            return "the idmap's T0SZ in TCR_EL1";
        if (Processor.Walks0.IsOff)
            return "EPD0 = 1 in TCR_EL1";
        foreach (var entry in Processor.Tlb.Entries())
        {
            if (!entry.Start.IsUpperHalf)
                return $"the TLB entry for {entry.Start}";
        }

        return null;
    }

    /// <summary>secondary_startup: the CPU leaves reset with an empty TLB and turns its MMU on.</summary>
    public void PowerOn()
    {
        Processor.Isb();
        Processor.IssueLocal(TlbiOperation.Vmalle1);
        Processor.Dsb(DsbKind.Nsh);
        Processor.Isb();
        State = CpuRunState.Online;
    }

    /// <summary>cpu_die_early(), or the end of a CPU after a fault.</summary>
    public void Die() => State = CpuRunState.Dead;

    /// <summary>Performs a step that concerns only this CPU.</summary>
    /// <param name="memory">The tables, for steps that access memory.</param>
    /// <returns>The step's access if it had no translation; otherwise null.</returns>
    /// <exception cref="UnknownStepException">The step is not listed.</exception>
    public FailedAccess? Perform(Step step, TableSnapshot memory)
    {
        switch (step)
        {
            case WriteTtbr0 write:
                Processor.Ttbr0.Write(TtbrFor(write.Root));
                break;
            // A boot has one map of the kernel, so no run performs this.
            case WriteTtbr1 { Root: RootTable.Second }:
                break;
            case WriteTtbr1 write:
                var root = TtbrFor(write.Root);
                Processor.Ttbr1.Write(write.CnpLeftSet ? root with { CommonNotPrivate = true }
                    : write.CnpCleared ? root with { CommonNotPrivate = false } : root);
                break;
            case SetWalks { Half: 0 } walks:
                Processor.Walks0.Write(walks.IsOff);
                break;
            case SetWalks walks:
                Processor.Walks1.Write(walks.IsOff);
                break;
            case Isb:
                Processor.Isb();
                break;
            case Dsb dsb:
                Processor.Dsb(dsb.Kind);
                break;
            case Tlbi { Operation.Broadcast: false } tlbi:
                Processor.IssueLocal(tlbi.Operation);
                break;
            case EnterIdmap:
                State = CpuRunState.InIdmap;
                break;
            case CountIn:
                State = CpuRunState.Parked;
                break;
            case AwaitRelease:
                if (State == CpuRunState.Parked)
                    State = CpuRunState.Online;
                break;
            case LeaveIdmap:
                State = CpuRunState.Online;
                // The next instruction is fetched from kernel text.
                return Touch(Text, memory);
            case TouchStack:
                return Touch(Stack, memory);
            // The model's idmap has one size, so no walk depends on the register.
            case SetT0sz size:
                _hasIdmapSize = size == SetT0sz.Idmap;
                break;
            // A DMB changes nothing that this CPU can observe.
            case Dmb:
                break;
            // The runner performs these: broadcasts, the flag, the tables, the locks, interrupts and the stopper.
            case Tlbi or TlbiRange or RaiseFlag or AwaitAll or ClearFlag or SplitToPages or WriteEntries or FreeTable
                or AllocatorLock or TableLock or SkipUnless or Stopped or SetWord or AddToWord or AwaitWord
                or SkipUnlessWord or SendIpi or MaskInterrupts:
            // A run samples one translation, which decides nothing about the others; no run performs this.
            case AccessPage:
                break;
            default:
                throw new UnknownStepException(step, nameof(KernelCpu));
        }

        return null;
    }

    /// <summary>An explicit access by the code that the CPU is running.</summary>
    /// <returns>Null if the access went through.</returns>
    public FailedAccess? Touch(VirtualAddress va, TableSnapshot memory, AccessKind kind = AccessKind.Load)
    {
        var result = Processor.Access(memory, va, kind: kind);
        return result.ReachedMemory ? null : new(va, result);
    }

    /// <summary>
    /// The TTBR value that a root's name stands for. swapper_pg_dir carries CnP; the reserved table must not (R_QLGWZ).
    /// </summary>
    public Ttbr TtbrFor(RootTable name)
    {
        var granule = _machine.Geometry.Granule;
        return name switch
        {
            RootTable.Swapper => new(_machine.Image.Swapper(granule), CommonNotPrivate: true),
            RootTable.Reserved => new(_machine.Image.Reserved(granule)),
            RootTable.Idmap => new(_machine.Image.Idmap(granule)),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such root"),
        };
    }
}

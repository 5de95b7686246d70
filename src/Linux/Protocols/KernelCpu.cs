using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// One CPU that runs Linux: a processor, what it is doing, and how it performs the local steps of a protocol. Steps
/// that need others (table stores, broadcasts, waiting) belong to the runner of the protocol.
/// </summary>
public sealed class KernelCpu
{
    private readonly MachineDescription _machine;
    private readonly LinearMapLayout _layout;

    public KernelCpu(MachineDescription machine, int id)
    {
        _machine = machine;
        _layout = LinearMapLayout.Of(machine);
        Id = id;
        var description = machine.Cpus[id];
        Stack = _layout.ToVirtual(StackPage());
        Processor = new Processor(machine.Geometry, description.Tlb, description.Bbm, Root(RootName.Reserved),
            Root(RootName.Swapper), machine.Geometry.PaBits);
    }

    public int Id { get; }

    public Processor Processor { get; }

    public CpuRunState State { get; private set; } = CpuRunState.Offline;

    /// <summary>The CPU's stack: a page of the linear map outside the image, after it where memory goes on.</summary>
    public VirtualAddress Stack { get; }

    /// <summary>
    /// Where kernel text is fetched from: the linear alias of _stext, since the model has no map of the image.
    /// </summary>
    public VirtualAddress Text => _layout.ToVirtual(_machine.Image.Stext);

    /// <summary>The name of the root in TTBR1, as Linux calls it.</summary>
    public RootName Ttbr1 => Enum.GetValues<RootName>().First(r => Root(r).Root == Processor.Ttbr1.Value.Root);

    /// <summary>Whether a walk from one of the possible values of TTBR1 could reach the kernel's map.</summary>
    public bool SeesMap =>
        State is not (CpuRunState.Offline or CpuRunState.Dead) && Processor.Ttbr1.MayBe(Root(RootName.Swapper).Root);

    /// <summary>
    /// secondary_startup: the CPU comes out of reset with nothing cached that it trusts, and turns its MMU on.
    /// </summary>
    public void PowerOn()
    {
        Processor.Isb();
        Processor.IssueLocal(TlbiOperation.Vmalle1);
        Processor.Dsb(DsbKind.Nsh);
        Processor.Isb();
        State = CpuRunState.Online;
    }

    /// <summary>cpu_die_early(), or the end of a CPU that took a fault.</summary>
    public void Die() => State = CpuRunState.Dead;

    /// <summary>Performs a step that concerns this CPU alone.</summary>
    /// <param name="memory">The tables, for a step that accesses memory.</param>
    /// <returns>A fault, where an access of the step had no translation.</returns>
    public AccessResult? Perform(Step step, TableSnapshot memory)
    {
        switch (step)
        {
            case WriteTtbr0 write:
                Processor.Ttbr0.Write(Root(write.Root));
                break;
            case WriteTtbr1 write:
                var root = Root(write.Root);
                Processor.Ttbr1.Write(write.CnpLeftSet ? root with { CommonNotPrivate = true } : root);
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
                // The next instruction comes from kernel text.
                return Touch(Text, memory);
            case TouchStack:
                return Touch(Stack, memory);
            // The model's idmap has one size, and a DMB changes nothing that this CPU sees.
            case SetT0sz or Dmb:
                break;
            // The runner of the protocol performs these: broadcasts, the flag, the tables, the allocator and the
            // stopper.
            case Tlbi or TlbiRange or RaiseFlag or AwaitAll or ClearFlag or SplitToPages or WriteEntries or FreeTable
                or AllocatorLock or Stopped:
                break;
            default:
                throw new UnknownStepException(step, nameof(KernelCpu));
        }

        return null;
    }

    /// <summary>An explicit access by the code that runs now.</summary>
    /// <returns>The fault; null if the access went through.</returns>
    public AccessResult? Touch(VirtualAddress va, TableSnapshot memory, AccessKind kind = AccessKind.Load)
    {
        var result = Processor.Access(memory, va, kind: kind);
        return result.ReachedMemory ? null : result;
    }

    /// <summary>
    /// What a root's name stands for in a TTBR. swapper_pg_dir carries CnP; the reserved table must not (R_QLGWZ).
    /// </summary>
    public Ttbr Root(RootName name)
    {
        var granule = _machine.Geometry.Granule;
        return name switch
        {
            RootName.Swapper => new(_machine.Image.Swapper(granule), CommonNotPrivate: true),
            RootName.Reserved => new(_machine.Image.Reserved(granule)),
            _ => new(_machine.Image.Idmap(granule)),
        };
    }

    private PhysicalAddress StackPage()
    {
        var image = new MemoryRange(_machine.Image.Text, _machine.Image.End);
        var free = MemoryRange.Subtract(_layout.Memory(_machine), [image]);
        if (free.Count == 0)
            return image.Start;
        var range = free.FirstOrDefault(r => r.Start >= image.End, free[0]);
        ulong page = _machine.Geometry.Granule.PageSize;
        return range.Start + (ulong)Id % Math.Max(1, range.Length / page) * page;
    }
}

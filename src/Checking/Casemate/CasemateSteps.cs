using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Traces.Casemate;

namespace Orleans.Mmu.Checking.Casemate;

/// <summary>
/// Writes a protocol's steps as events of a casemate trace; steps that concern only flags and program counters leave
/// none.
/// </summary>
internal sealed class CasemateSteps(CasemateWriter writer, PhysicalAddress swapper, PhysicalAddress reserved)
{
    private readonly Dictionary<int, ulong> _controls = [];
    private ulong _control;

    // The CPU that the trace shows as the holder of the tree's lock. A lock that is given back is shown as held until
    // another CPU takes it, because the owner's stores may be performed after its step and before the lock is free.
    private int? _holder;

    /// <summary>Whether CPUs take a lock for their writes; otherwise CPU 0 holds it throughout.</summary>
    public bool TakesLocks { get; init; }

    /// <summary>The address of root:B; zero where there is none.</summary>
    public PhysicalAddress Second { get; init; }

    /// <summary>Starts the trace: every CPU runs on swapper_pg_dir, and CPU 0 holds its lock, or none does.</summary>
    public void Begin(TranslationGeometry geometry, int cpus, Action writeTables)
    {
        ulong size = (ulong)(64 - geometry.VaBits);
        _control = size << 16 | size;
        writer.Register(0, "tcr_el1", _control);
        writer.SetRootLock(swapper);
        if (Second != default)
            writer.SetRootLock(Second);
        writeTables();
        for (int cpu = 0; cpu < cpus; cpu++)
            writer.Register(cpu, "ttbr1_el1", swapper.Value);
        if (!TakesLocks)
            Take(0);
    }

    /// <summary>Ends the trace.</summary>
    public void End()
    {
        if (_holder is { } holder)
            writer.Release(holder);
    }

    private void Take(int cpu)
    {
        if (_holder == cpu)
            return;
        End();
        writer.Take(cpu);
        _holder = cpu;
    }

    /// <param name="operation">The operation of a TLBI by address; null for other steps.</param>
    public void Step(int cpu, Step step, TlbiOperation? operation)
    {
        switch (step)
        {
            case Dsb dsb:
                writer.Dsb(cpu, dsb.Kind);
                break;
            case Isb:
                writer.Isb(cpu);
                break;
            case Tlbi tlbi:
                writer.Tlbi(cpu, tlbi.Operation);
                break;
            case TlbiRange:
                if (operation is { } range)
                    writer.Tlbi(cpu, range);
                break;
            case WriteTtbr1 { Root: RootTable.Swapper }:
                writer.Register(cpu, "ttbr1_el1", swapper.Value);
                break;
            case WriteTtbr1 { Root: RootTable.Reserved }:
                writer.Register(cpu, "ttbr1_el1", reserved.Value);
                break;
            case WriteTtbr1 { Root: RootTable.Second }:
                writer.Register(cpu, "ttbr1_el1", Second.Value);
                break;
            case SetWalks walks:
                ulong bit = walks.Half == 0 ? WalkSwitch.LowerOff : WalkSwitch.UpperOff;
                ulong before = _controls.GetValueOrDefault(cpu, _control);
                _controls[cpu] = walks.IsOff ? before | bit : before & ~bit;
                writer.Register(cpu, "tcr_el1", _controls[cpu]);
                break;
            case TableLock { Take: true } when TakesLocks:
                Take(cpu);
                break;
            // A trace holds the kernel's trees alone, so it has no event for the idmap.
            case WriteTtbr1 or WriteTtbr0 or SetT0sz:
            // casemate knows no flag, no other lock and no program counter.
            case EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or AwaitAll or ClearFlag
                or AwaitRelease or Stopped or AllocatorLock or TableLock or SkipUnless:
            case SetWord or AddToWord or AwaitWord or SkipUnlessWord or SendIpi or MaskInterrupts:
            // casemate has writes of descriptors, and no other accesses.
            case AccessPage:
            // casemate has no DMB; its memory is in program order.
            case Dmb:
            // The trace writes what these store, where it is performed.
            case SplitToPages or WriteEntries or FreeTable:
                break;
            default:
                throw new UnknownStepException(step, nameof(CasemateSteps));
        }
    }
}

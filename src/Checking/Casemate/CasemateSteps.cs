using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Traces.Casemate;

namespace Orleans.Mmu.Checking.Casemate;

/// <summary>
/// Writes a protocol's steps as events of a casemate trace; steps that concern only flags and program counters leave
/// none.
/// </summary>
internal sealed class CasemateSteps(CasemateWriter writer, PhysicalAddress swapper, PhysicalAddress reserved)
{
    /// <summary>Starts the trace: every CPU runs on swapper_pg_dir, and CPU 0 holds its lock.</summary>
    public void Begin(TranslationGeometry geometry, int cpus, Action writeTables)
    {
        ulong size = (ulong)(64 - geometry.VaBits);
        writer.Register(0, "tcr_el1", size << 16 | size);
        writer.SetRootLock(swapper);
        writeTables();
        for (int cpu = 0; cpu < cpus; cpu++)
            writer.Register(cpu, "ttbr1_el1", swapper.Value);
        writer.Take(0);
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
            case WriteTtbr1 { Root: RootTable.Swapper or RootTable.Reserved } write:
                writer.Register(cpu, "ttbr1_el1", write.Root == RootTable.Swapper ? swapper.Value : reserved.Value);
                break;
            // A trace holds the tree of swapper_pg_dir alone, so it has no event for the idmap.
            case WriteTtbr1 or WriteTtbr0 or SetT0sz:
            // casemate knows no flag, no lock and no program counter.
            case EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or AwaitAll or ClearFlag
                or AwaitRelease or Stopped or AllocatorLock or TableLock or SkipUnless:
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

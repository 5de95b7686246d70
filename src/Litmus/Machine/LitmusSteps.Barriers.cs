using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Barriers and TLBIs: what they order, and what they complete.</summary>
internal sealed partial class LitmusSteps
{
    // A DSB raises the floor of later TLBIs and ISBs; only a DSB for all accesses completes TLBIs (R_PSMWS).
    private void Synchronize(LitmusState state, int cpuNumber, DsbInstruction dsb)
    {
        var cpu = state.Cpus[cpuNumber];
        if (dsb.Accesses != BarrierAccesses.All)
        {
            cpu.DsbFloor = cpu.DsbFloor.Max(dsb.Accesses == BarrierAccesses.Loads ? cpu.LastLoad : cpu.LastStore);
            return;
        }

        cpu.DsbFloor = state.Memory.Now();
        invalidation.Complete(state, cpuNumber, dsb.Kind.Completes(broadcast: true), atOnce: ets2);
        if (ets2)
            tlb.RenewEarly(state.Memory, cpu);
    }

    // A TLBI is ordered after everything that a DSB, a branch or an ISB has ordered before it, and after nothing else
    // (R_TGVWD).
    private void Issue(LitmusState state, int cpuNumber, TlbiInstruction tlbi)
    {
        var cpu = state.Cpus[cpuNumber];
        var floor = cpu.DsbFloor.Max(cpu.ControlFloor).Max(cpu.IsbFloor);
        var pages = TlbiPages.None;
        if (tlbi.Register is { } register)
        {
            floor = floor.Max(cpu.Taint(register).Loads);
            pages = TlbiPages.Of(test, tlbi, cpu.Read(register));
        }

        invalidation.Issue(state, cpuNumber, new PendingTlbi(tlbi, pages, floor));
    }
}

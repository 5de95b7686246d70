using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The steps of a CPU's program from which its change of the map is complete: after its last store, its last TLBI and
/// the barriers that complete them. A barrier with nothing to complete is no part of the change.
/// </summary>
/// <param name="ForOthers">
/// The step from which other CPUs must translate as memory does: after the DSB (R_YNJCP).
/// </param>
/// <param name="ForItself">The same for the CPU itself: after the ISB that follows the DSB, where one does.</param>
internal readonly record struct ChangeEnd(int ForOthers, int ForItself)
{
    /// <summary>The step of a CPU from which its change is complete for a CPU, which may be itself.</summary>
    public int For(int author, int cpu) => author == cpu ? ForItself : ForOthers;

    public static ChangeEnd Of(ImmutableArray<ScriptStep> program)
    {
        var end = new ChangeEnd(0, 0);
        bool stores = false, local = false, broadcast = false, needsIsb = false, hasSent = false;
        for (int i = 0; i < program.Length; i++)
        {
            var step = program[i].Step;
            stores |= step.Has(StepEffects.StoresDescriptors);
            broadcast |= ToyCpuKind.Broadcasts(step);
            local |= step.Has(StepEffects.InvalidatesTlb);
            hasSent |= step is SendIpi;
            // A change that asks other CPUs to flush is complete when they have answered.
            bool isPart = step.Has(StepEffects.StoresDescriptors | StepEffects.InvalidatesTlb) || step is SendIpi
                || (hasSent && step is AwaitWord);
            if (step is Dsb dsb && (stores || local || broadcast))
            {
                isPart = needsIsb = true;
                stores &= !dsb.ReachesOtherCpus;
                local &= !dsb.Kind.Completes(broadcast: false);
                broadcast &= !dsb.Kind.Completes(broadcast: true);
            }

            if (isPart)
                end = new(i + 1, i + 1);
            else if (step is Isb && needsIsb)
                (end, needsIsb) = (end with { ForItself = i + 1 }, false);
        }

        return end;
    }
}

using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The steps of a CPU's program from which its change of a range is complete: after the last store to the range, the
/// last TLBI that removes what the stores have left in TLBs, and the barriers that complete them; or after the other
/// CPUs' answer, where they flush. A step that completes nothing of the change is no part of it.
/// </summary>
/// <param name="ForOthers">
/// The step from which other CPUs must translate as memory does: after the DSB (R_YNJCP).
/// </param>
/// <param name="ForItself">The same for the CPU itself: after the ISB that follows the DSB, where one does.</param>
internal readonly record struct ChangeEnd(int ForOthers, int ForItself)
{
    public static ChangeEnd Of(
        ImmutableArray<ScriptStep> program, RepaintRange range, ProtocolScript script, EntryUniverse universe)
    {
        var answers = FlushAnswers.To(program, script);
        var end = new ChangeEnd(0, 0);
        // What the stores leave on other CPUs and on this one, and which of it the pending TLBIs remove.
        uint others = 0, own = 0, broadcast = 0, local = 0;
        bool stores = false, needsIsb = false;
        int skippable = 0;
        for (int i = 0; i < program.Length; i++)
        {
            var step = program[i].Step;
            bool isPart = false, isOwnPart = false;
            if (step is SkipUnless or SkipUnlessWord)
                skippable = ProgramGraph.EndOfPhase(program, i);
            foreach (var (word, content) in DescriptorStore.Writes(step).Where(w => w.Word?.Range == range))
            {
                isPart = stores = true;
                uint left = content == WordContent.Freed ? 0 : universe.Below(word!.Value);
                (others, own) = (others | left, own | left);
            }

            if (ToyCpuKind.Operation(step, universe.Machine) is { } operation)
            {
                uint scope = universe.Scope(operation);
                bool broadcasts = ToyCpuKind.Broadcasts(step);
                isOwnPart = (scope & own) != 0;
                isPart = isOwnPart && (others != 0 || broadcasts);
                // A TLBI before the DSB of a store does not remove what the store replaces.
                if (stores || !isOwnPart)
                    scope = 0;
                broadcast |= broadcasts ? scope : 0;
                local |= broadcasts ? 0 : scope;
                needsIsb |= isOwnPart;
            }

            if (others != 0 && (step is SendIpi || answers.Contains(step)))
            {
                isPart = true;
                others = step is SendIpi ? others : 0;
            }

            if (step is Dsb dsb && (stores || (broadcast | local) != 0))
            {
                (isPart, isOwnPart, needsIsb) = (stores || broadcast != 0 || others != 0, true, true);
                stores &= !dsb.ReachesOtherCpus;
                uint done = dsb.Kind.Completes(broadcast: true) ? broadcast : 0;
                uint doneLocally = dsb.Kind.Completes(broadcast: false) ? local : 0;
                (broadcast, local) = (broadcast & ~done, local & ~doneLocally);
                // What may be skipped may not have been removed.
                if (i >= skippable)
                    (others, own) = (others & ~done, own & ~(done | doneLocally));
            }

            if (isPart)
                end = new(i + 1, i + 1);
            else if (isOwnPart)
                end = end with { ForItself = i + 1 };
            else if (step is Isb && needsIsb)
                (end, needsIsb) = (end with { ForItself = i + 1 }, false);
        }

        return end;
    }
}

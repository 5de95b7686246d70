using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Litmus.Runs;

/// <summary>What must not happen in a litmus test, besides final states that its condition forbids.</summary>
internal static class LitmusProperties
{
    /// <summary>The finding bit of a final state that the condition forbids.</summary>
    public const ulong ForbiddenOutcome = 4;

    private const ulong Mixture = 1;
    private const ulong Abort = 2;

    /// <summary>The property of a finding bit's index.</summary>
    public static Property Of(int bit) => bit switch
    {
        0 => Property.TlbConflict,
        1 => Property.ConflictAbortPossible,
        2 => Property.ForbiddenOutcome,
        _ => Property.EndlessWait,
    };

    /// <summary>
    /// Finding bits for forbidden overlaps of entries on any CPU, whether or not a program accesses the address.
    /// </summary>
    public static ulong Conflicts(LitmusTest test, LitmusTranslation translation, LitmusState state)
    {
        if (!test.JudgesConflicts)
            return 0;
        ulong violated = 0;
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            for (int page = 0; page < test.Names.Pages.Count; page++)
            {
                if (translation.Conflict(state, cpu, page, OverlapBehaviours.Amalgamation) is not null)
                    violated |= Mixture;
                else if (translation.Conflict(state, cpu, page) is not null)
                    violated |= Abort;
            }
        }

        return violated;
    }
}

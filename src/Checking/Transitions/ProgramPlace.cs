using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Where a CPU stands: before a step of its program, at the program's end, or in the handler of an interrupt that it
/// has taken there.
/// </summary>
/// <param name="Main">The number of the next step of the program.</param>
/// <param name="Handler">
/// While the CPU handles an interrupt, the number of the handler's next step; after its last step the CPU returns. -1
/// while it handles none.
/// </param>
/// <param name="IsPending">Whether an interrupt is pending.</param>
/// <param name="Added">
/// The handler's additions to words that the CPU has performed in any interrupt so far, as a mask.
/// </param>
/// <param name="Change">How far the CPU has brought its changes, as a number of <see cref="ChangeFlow"/>.</param>
/// <param name="Point">What follows from the way here.</param>
internal sealed record ProgramPlace(
    int Main, int Handler, bool IsPending, uint Added, int Change, ProgramPoint Point)
{
    public bool IsHandling => Handler >= 0;

    /// <summary>Whether the CPU can take the interrupt that is pending.</summary>
    public bool MayTake => IsPending && !IsHandling && !Point.MasksInterrupts;
}

/// <summary>The places to which a CPU goes from one of its places; -1 where there is no such way.</summary>
/// <param name="Step">The step that it performs next; null before a return and at the program's end.</param>
/// <param name="Next">After that step, or after the return from an interrupt.</param>
/// <param name="Skipped">After a step that skips the rest of its phase.</param>
/// <param name="Taken">After it has taken the pending interrupt.</param>
/// <param name="Sent">After another CPU has sent an interrupt.</param>
internal readonly record struct ProgramWays(Step? Step, int Next, int Skipped, int Taken, int Sent);

using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>The steps that this silo performs: a command may come from a silo that knows others.</summary>
internal static class KnownSteps
{
    /// <exception cref="RefusedException">This silo does not know one of the steps.</exception>
    public static ImmutableArray<Step> Of(ImmutableArray<Step> steps)
    {
        foreach (var step in steps)
        {
            if (step is ForeignStep)
                throw new RefusedException($"expected steps that this silo knows, found \"{step.Text}\"");
        }

        return steps;
    }

    /// <summary>Whether a CPU counts in by the steps.</summary>
    public static bool CountsIn(ImmutableArray<Step> steps) => HasA<CountIn>(steps);

    /// <summary>Whether a CPU waits for its release in the steps.</summary>
    public static bool AwaitsRelease(ImmutableArray<Step> steps) => HasA<AwaitRelease>(steps);

    // By type: a comparison of records compares their texts.
    private static bool HasA<T>(ImmutableArray<Step> steps)
        where T : Step
    {
        foreach (var step in steps)
        {
            if (step is T)
                return true;
        }

        return false;
    }
}

using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Scripts;

/// <summary>Finds steps in a program.</summary>
internal static class ScriptPrograms
{
    /// <summary>The number of the first step from a place on that meets a condition; -1 if none does.</summary>
    public static int FirstIndex(this ImmutableArray<ScriptStep> program, int from, Func<Step, bool> condition)
    {
        for (int i = from; i < program.Length; i++)
        {
            if (condition(program[i].Step))
                return i;
        }

        return -1;
    }

    /// <summary>The number of the last step before a place that meets a condition; -1 if none does.</summary>
    public static int LastIndex(this ImmutableArray<ScriptStep> program, int end, Func<Step, bool> condition)
    {
        for (int i = end - 1; i >= 0; i--)
        {
            if (condition(program[i].Step))
                return i;
        }

        return -1;
    }
}

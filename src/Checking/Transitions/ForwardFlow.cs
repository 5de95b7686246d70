using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>A number for each place of a program that holds on every way there.</summary>
internal static class ForwardFlow
{
    /// <summary>The smallest number that the ways to each place give; 0 where the program begins.</summary>
    /// <param name="after">The number after a step, from the place before it and the number there.</param>
    public static ImmutableArray<int> Of(ProgramGraph graph, Func<int, Step, int, int> after)
    {
        var (places, ways) = (graph.Places, graph.Ways);
        var values = new int?[places.Length];
        values[0] = 0;
        bool changes = true;
        while (changes)
        {
            changes = false;
            for (int i = 0; i < places.Length; i++)
            {
                if (values[i] is not { } value)
                    continue;
                changes |= Meet(ways[i].Next, ways[i].Step is { } step ? after(i, step, value) : value)
                    | Meet(ways[i].Skipped, value) | Meet(ways[i].Taken, value) | Meet(ways[i].Sent, value);
            }
        }

        return [.. values.Select(v => v ?? 0)];

        bool Meet(int place, int value)
        {
            if (place < 0 || values[place] <= value)
                return false;
            values[place] = value;
            return true;
        }
    }
}

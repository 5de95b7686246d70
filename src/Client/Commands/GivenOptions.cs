using System.CommandLine;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Refuses options that would do nothing beside others.</summary>
internal static class GivenOptions
{
    /// <summary>Whether the command line has the option; a default does not count.</summary>
    public static bool Has(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <param name="beside">What makes the options meaningless: "--replay, whose file says what happens".</param>
    /// <exception cref="UsageException">One of the options is given.</exception>
    public static void Refuse(ParseResult parsed, string beside, params IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            if (Has(parsed, option))
                throw new UsageException($"{option.Name}: expected a command line without {beside}");
        }
    }
}

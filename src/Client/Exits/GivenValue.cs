using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Exits;

/// <summary>A value of the command line, as error messages quote it.</summary>
internal static class GivenValue
{
    /// <summary>The value in quotes and on one line: 'spun'; '' where it is empty.</summary>
    public static string Quoted(string value) => $"'{OneLine.Of(value)}'";

    /// <summary>The value in quotes, and the name that it probably means: 'spun' (the nearest is 'spin').</summary>
    /// <param name="names">The names that the value could be.</param>
    public static string Quoted(string value, IEnumerable<string> names) =>
        Quoted(value) + Hint(value, names);

    /// <summary>" (the nearest is 'spin')" behind a message; empty where no name is near.</summary>
    public static string Hint(string value, IEnumerable<string> names) => NearestName.Hint(value, names, '\'');
}

using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Options whose values are whole numbers.</summary>
internal static class WholeNumber
{
    /// <summary>An option whose value is a whole number between two limits.</summary>
    public static Option<int> Option(
        string name, string helpName, string description, int usual, int most, int least = 0) => new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => usual,
            CustomParser = r =>
            {
                string text = r.Tokens[0].Value;
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    || number > most || number < least)
                {
                    r.AddError(
                        $"{name}: expected a whole number from {least} to {most}, found {GivenValue.Quoted(text)}");
                }

                return number;
            },
        };
}

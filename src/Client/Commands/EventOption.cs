using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Options whose value is an event of a trace, by its id.</summary>
internal static class EventOption
{
    public static Option<ulong?> Create(string name, string description) => new(name)
    {
        HelpName = "EVENT",
        Description = description,
        CustomParser = r =>
        {
            string text = r.Tokens[0].Value;
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id))
                return id;
            r.AddError($"{name}: expected the id of an event, a decimal number, found {GivenValue.Quoted(text)}");
            return null;
        },
    };
}

using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>An option whose value is an age such as 90s, 30m, 1h or 7d.</summary>
internal static class AgeOption
{
    private const int LongestNumber = 6;

    public static Option<TimeSpan?> Create(string name, string description) => new(name)
    {
        HelpName = "AGE",
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Parse(text) is { } age)
                return age;
            result.AddError($"{name}: expected an age such as 90s, 30m, 1h or 7d, found {GivenValue.Quoted(text)}");
            return null;
        },
    };

    private static TimeSpan? Parse(string text)
    {
        if (text.Length is < 2 or > LongestNumber + 1
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out int number))
            return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}

using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--time SECONDS: a limit that ends undecided, with exit code 4.</summary>
internal static class TimeOption
{
    private const int MostSeconds = 30 * 24 * 3600;

    public static Option<int?> Create() => new("--time")
    {
        HelpName = "SECONDS",
        Description = "The most time to explore; what needs more ends undecided.",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
                && seconds is > 0 and <= MostSeconds)
                return seconds;
            result.AddError(
                $"--time: expected a whole number from 1 to {MostSeconds}, found {GivenValue.Quoted(text)}");
            return null;
        },
    };

    /// <summary>A source whose token is cancelled when the time is over.</summary>
    /// <param name="seconds">Null for no limit.</param>
    public static CancellationTokenSource Start(int? seconds) =>
        seconds is { } limit ? new(TimeSpan.FromSeconds(limit)) : new();
}

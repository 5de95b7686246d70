using System.Globalization;

namespace Orleans.Mmu.Tests.Cases;

/// <summary>
/// Which cases properties draw: the same ones in every run, unless environment variables ask for others.
/// </summary>
/// <param name="Seed">
/// What the cases are drawn from besides the property's name: <c>MMU_CASES_SEED</c>, a text of any kind; a new one in
/// each process where it is <c>fresh</c>.
/// </param>
/// <param name="Times">By what <c>MMU_CASES_TIMES</c> multiplies the number of cases of each property.</param>
/// <param name="Limit">
/// After what time, in whole seconds of <c>MMU_CASES_SECONDS</c>, a property draws none of the cases that
/// <paramref name="Times"/> adds; null where they all are drawn.
/// </param>
internal sealed record CaseSettings(string Seed, int Times, TimeSpan? Limit)
{
    /// <summary>The seed of runs that ask for nothing else.</summary>
    public const string FixedSeed = "fixed";

    /// <summary>What this process was asked for.</summary>
    public static CaseSettings Current { get; } = Read(Environment.GetEnvironmentVariable);

    /// <summary>What variables ask for.</summary>
    /// <exception cref="FormatException">A number is none, or is not positive.</exception>
    public static CaseSettings Read(Func<string, string?> variable)
    {
        string? seed = variable("MMU_CASES_SEED");
        return new(
            seed switch
            {
                null or "" => FixedSeed,
                "fresh" => Guid.NewGuid().ToString("N")[..12],
                _ => seed,
            },
            Positive("MMU_CASES_TIMES") ?? 1,
            Positive("MMU_CASES_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        int? Positive(string name) => variable(name) switch
        {
            null or "" => null,
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0 => n,
            var text => throw new FormatException($"{name}: expected a positive number, found {text}"),
        };
    }
}

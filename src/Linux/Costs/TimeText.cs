using System.Globalization;

namespace Orleans.Mmu.Linux.Costs;

/// <summary>A span of model time in the unit that suits it: "850 us", "1.8 ms", "2.35 s".</summary>
public static class TimeText
{
    public static string Of(ModelTime time) => time.Microseconds switch
    {
        < 1_000 and var microseconds => string.Create(CultureInfo.InvariantCulture, $"{microseconds} us"),
        < 1_000_000 and var microseconds =>
            string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e3:0.0} ms"),
        var microseconds => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1e6:0.00} s"),
    };
}

using System.Text.RegularExpressions;

namespace Orleans.Mmu.Tests.House;

/// <summary>A run of the tests says the same as the run before: properties draw their cases from fixed seeds.</summary>
public sealed partial class FixedCasesTests
{
    [Fact]
    public void Properties_draw_their_cases_by_ForAll()
    {
        string tests = Path.Combine(Repository.Root, "tests");
        string own = Path.Combine(tests, "Orleans.Mmu.Tests", "Cases");
        var sampled = SourceFiles.Under(tests).Where(f => Path.GetDirectoryName(f) != own)
            .SelectMany(f => File.ReadLines(f).Select((line, i) => (Text: line, Place: $"{f}:{i + 1}")))
            .Where(l => Sampled().IsMatch(l.Text)).Select(l => l.Place);

        Assert.True(!sampled.Any(), $"expected ForAll, found random cases:\n{string.Join('\n', sampled)}");
    }

    // CsCheck's methods that draw cases, and the generators of .NET that begin where the clock says.
    [GeneratedRegex(@"[.]Sample(Async|Parallel|ModelBased(Async)?|Metamorphic)?\((?!\))|new Random\(\)|Random\.Shared")]
    private static partial Regex Sampled();
}

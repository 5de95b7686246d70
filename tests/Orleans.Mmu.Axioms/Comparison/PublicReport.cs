namespace Orleans.Mmu.Axioms.Comparison;

/// <summary>
/// The comparison with public tests as text: what differs, what the oracle does not know, and the counts.
/// </summary>
internal static class PublicReport
{
    /// <returns>Whether no set of states differs.</returns>
    public static bool Write(IEnumerable<PublicResult> results, TextWriter output)
    {
        var (equal, different, unknown) = (0, 0, 0);
        foreach (var result in results)
        {
            var name = $"{Path.GetFileName(result.File)} {result.Mode}";
            if (result.IsEqual)
                equal++;
            else if (result.NotExpressible is { } what)
            {
                unknown++;
                output.WriteLine($"unknown   {name}: {what}");
            }
            else
            {
                different++;
                output.WriteLine($"DIFFERENT {name}");
                foreach (var lost in result.Lost)
                    output.WriteLine($"   lost  {lost}");
                foreach (var added in result.Added)
                    output.WriteLine($"   added {added}");
            }
        }
        output.WriteLine(
            $"{equal} sets of states are equal, {different} differ, {unknown} are of tests not known here");
        return different == 0;
    }
}

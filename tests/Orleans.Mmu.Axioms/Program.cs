using Orleans.Mmu.Axioms.Comparison;

var folder = args[0];
var name = args.Length > 1 ? args[1] : "";
foreach (var result in PublicStates.Compare(folder, test => test.Contains(name, StringComparison.Ordinal)))
{
    Console.WriteLine($"{(result.IsEqual ? "equal" : result.NotExpressible is null ? "DIFFERENT" : "unknown")} "
        + $"{Path.GetFileName(result.File)} {result.Mode} {result.NotExpressible}");
    foreach (var lost in result.Lost)
        Console.WriteLine($"   lost  {lost}");
    foreach (var added in result.Added)
        Console.WriteLine($"   added {added}");
}
return 0;

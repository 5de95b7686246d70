using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Fuzz.Commands;
using Orleans.Mmu.Fuzz.Inputs;
using Orleans.Mmu.Fuzz.Judgement;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Fuzz;

/// <summary>Runs the cases of consecutive seeds, one after another, and prints those that fail.</summary>
/// <param name="failures">Where failing cases are written.</param>
internal sealed class Campaign(FailureFolder failures, TextWriter output)
{
    private readonly CampaignFigures _figures = new();

    /// <summary>Runs cases until there are enough of them or the time is over.</summary>
    /// <param name="cases">Null for as many as the time allows.</param>
    /// <param name="length">Null for no limit.</param>
    /// <returns>Whether every case was as it must be.</returns>
    public async Task<bool> RunAsync(long seed, int? cases, TimeSpan? length, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var maker = new CaseMaker(await Corpus.ReadAsync(cancellationToken));
        await using var laboratories = new Laboratories();
        var runner = new CaseRunner(laboratories);
        int failed = 0;
        for (long i = 0; (cases is null || i < cases) && (length is null || watch.Elapsed < length); i++)
        {
            var tried = maker.Make(seed + i);
            failures.Begin(tried);
            var result = await runner.RunAsync(tried, cancellationToken);
            failures.End();
            _figures.Add(result);
            if (result.Faults.Count == 0)
                continue;
            failed++;
            output.WriteLine($"seed {tried.Seed}: {string.Join("; ", result.Faults)}");
            output.WriteLine($"  {OneLine.Message(failures.Keep(result))}");
            output.WriteLine($"  {OneLine.Message(result.Run.Error.TrimEnd('\n'))}");
        }

        _figures.WriteTo(output);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_figures.Cases:N0} cases in {watch.Elapsed.TotalSeconds:N0} s, {failed:N0} failed"));
        return failed == 0;
    }
}

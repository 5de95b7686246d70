using System.Globalization;
using System.Text;
using Orleans.Mmu.Benchmarks.Processes;

namespace Orleans.Mmu.Benchmarks.Numbers;

/// <summary>
/// Measures every <see cref="WholeProgram"/> in turns, so that a slow minute of the machine falls on all of them.
/// </summary>
/// <param name="program">The program and the arguments before the user's, such as <c>dotnet mmu.dll</c>.</param>
internal sealed class WholePrograms(string[] program)
{
    private const int Turns = 5;

    /// <returns>A table of Markdown.</returns>
    /// <exception cref="InvalidOperationException">A command ends with another exit code than its own.</exception>
    public string Measure()
    {
        string folder = Directory.CreateTempSubdirectory("mmu-numbers-").FullName;
        try
        {
            return Table(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string Table(string folder)
    {
        var runs = WholeProgram.All.ToDictionary(p => p, _ => new List<MeasuredRun>());
        for (int turn = 0; turn < Turns; turn++)
        {
            foreach (var measured in WholeProgram.All)
            {
                Console.Error.WriteLine($"turn {turn + 1} of {Turns}: mmu {measured.Arguments}");
                runs[measured].Add(Run(measured, folder));
            }
        }

        var table = new StringBuilder(
            "| what | answer, s | end, s | processor, s | peak, MiB | command |\n|---|---|---|---|---|---|\n");
        foreach (var (measured, of) in runs)
        {
            table.Append(CultureInfo.InvariantCulture,
                $"| {measured.What} | {Spread(of.Select(r => r.AnswerSeconds))} ")
                .Append(CultureInfo.InvariantCulture, $"| {Spread(of.Select(r => r.WallSeconds))} ")
                .Append(CultureInfo.InvariantCulture, $"| {Spread(of.Select(r => r.CpuSeconds))} ")
                .Append(CultureInfo.InvariantCulture,
                $"| {of.Max(r => r.PeakKilobytes) / 1024} | `mmu {measured.Arguments}` |\n");
        }

        return table.ToString();
    }

    private MeasuredRun Run(WholeProgram measured, string folder)
    {
        string[] arguments =
        [
            .. program[1..],
            .. measured.Arguments.Split(' ').Select(a => a.Contains('/') ? Path.Combine(Sources.Root, a) : a),
        ];
        var run = MeasuredRun.Of(program[0], arguments, folder);
        return run.ExitCode == measured.ExitCode ? run
            : throw new InvalidOperationException(
                $"mmu {measured.Arguments}: expected exit code {measured.ExitCode}, found {run.ExitCode}: "
                + run.Errors);
    }

    // The median of the turns, and the least and the most.
    private static string Spread(IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return string.Create(
            CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:0.00} ({sorted[0]:0.00} to {sorted[^1]:0.00})");
    }
}

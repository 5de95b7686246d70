using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Viewer.Documents;
using Orleans.Mmu.Viewer.Traces;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A linted trace as a page.</summary>
internal static class LintHtml
{
    private const int LinesBefore = 12;
    private const int LinesAfter = 4;
    private const int LongestLine = 400;

    public static Task<string> RenderAsync(string file, IReadOnlyList<BbmLevel> levels, LintResult result) =>
        PageWriter.WriteAsync<LintPage>($"{file}: {(result.Violation is null ? "legal" : "violation")}",
            new Dictionary<string, object?>
            {
                [nameof(LintPage.Name)] = file,
                [nameof(LintPage.Levels)] = levels,
                [nameof(LintPage.Result)] = result,
                [nameof(LintPage.Around)] = Around(file, result.Violation?.Line),
            });

    // A trace from standard input, or from a pipe, can be read only once.
    private static ImmutableArray<TraceLine> Around(string file, long? line)
    {
        if (line is not { } at || !File.Exists(file) || File.GetAttributes(file) is var a
            && (a & (FileAttributes.Device | FileAttributes.ReparsePoint)) != 0)
            return [];
        return InputFile.Read(file, "a casemate trace", stream => Decompressed.Read(file, stream, raw =>
        {
            var around = ImmutableArray.CreateBuilder<TraceLine>();
            using var reader = new StreamReader(raw);
            for (long number = 1; number <= at + LinesAfter && reader.ReadLine() is { } text; number++)
            {
                if (number >= at - LinesBefore)
                    around.Add(new(number, text.Length > LongestLine ? text[..LongestLine] + " …" : text));
            }

            return around.ToImmutable();
        }));
    }
}

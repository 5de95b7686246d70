using System.Text;
using Orleans.Mmu.Fuzz.Cases;

namespace Orleans.Mmu.Fuzz.Judgement;

/// <summary>
/// Where failing cases go: a folder for each seed, with the files, the command line and both outputs.
/// </summary>
internal sealed class FailureFolder(string root)
{
    private const string Current = "case-in-progress.txt";

    /// <summary>
    /// Notes the case that begins. The note stays where the process ends in the middle of a case, as a stack that
    /// overflows ends it.
    /// </summary>
    public void Begin(FuzzCase tried)
    {
        Directory.CreateDirectory(root);
        File.WriteAllText(Path.Combine(root, Current), $"seed {tried.Seed}: {CommandLine(tried, "FOLDER")}\n");
    }

    public void End() => File.Delete(Path.Combine(root, Current));

    /// <summary>Writes a failing case.</summary>
    /// <returns>Its command line as a shell takes it.</returns>
    public string Keep(CaseResult failed)
    {
        string folder = Path.Combine(root, $"seed-{failed.Case.Seed}");
        Directory.CreateDirectory(folder);
        foreach (var file in failed.Case.Files)
            File.WriteAllBytes(Path.Combine(folder, file.Name), file.Bytes);
        string line = CommandLine(failed.Case, folder);
        File.WriteAllText(Path.Combine(folder, "command.txt"), $"{line}\n");
        File.WriteAllText(Path.Combine(folder, "standard-output.txt"), failed.Run.Out);
        File.WriteAllText(Path.Combine(folder, "standard-error.txt"), failed.Run.Error);
        return line;
    }

    private static string CommandLine(FuzzCase tried, string folder)
    {
        var line = new StringBuilder("mmu");
        foreach (string argument in tried.ArgumentsIn(folder))
            line.Append(' ').Append(Quoted(argument));
        return line.ToString();
    }

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=,:".Contains(c))
            ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

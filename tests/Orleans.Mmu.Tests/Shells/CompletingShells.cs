using System.Diagnostics;
using System.Text;

namespace Orleans.Mmu.Tests.Shells;

/// <summary>bash with a completion script: calls the function that the script registers, as bash does.</summary>
internal static class BashShell
{
    public static Task<IReadOnlyList<string>> CompleteAsync(string script, string line)
    {
        // bash takes = for a word of its own.
        string[] words = line.Replace("=", " = ", StringComparison.Ordinal).Split(' ');
        return Shell.LinesAsync("bash",
        [
            "--norc", "-c",
            $"{script}\nCOMP_WORDS=({Shell.Quoted(words)}); COMP_CWORD={words.Length - 1}; _mmu && "
                + "printf '%s\\n' \"${COMPREPLY[@]}\"",
        ]);
    }
}

/// <summary>zsh with a completion script: its own bashcompinit calls the function.</summary>
internal static class ZshShell
{
    public static async Task<IReadOnlyList<string>> CompleteAsync(string script, string line)
    {
        string[] words = line.Split(' ');
        var home = Directory.CreateTempSubdirectory("mmu-zsh");
        try
        {
            var offered = await Shell.LinesAsync("zsh",
            [
                "-f", "-c",
                $"{script}\nCOMP_WORDS=({Shell.Quoted(words)}); COMP_CWORD={words.Length - 1}; "
                    + $"compgen -F _mmu -- {Shell.Quoted([words[^1]])}",
            ], ("HOME", home.FullName), ("ZDOTDIR", home.FullName));
            // zsh leaves out what does not continue the word when it shows them.
            return [.. offered.Where(o => o.StartsWith(words[^1], StringComparison.Ordinal))];
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}

/// <summary>fish with a completion script.</summary>
internal static class FishShell
{
    public static async Task<IReadOnlyList<string>> CompleteAsync(string script, string line)
    {
        var home = Directory.CreateTempSubdirectory("mmu-fish");
        try
        {
            var offered = await Shell.LinesAsync(
                "fish", ["--no-config", "-c", $"{script}\ncomplete -C {Shell.Quoted([line])}"],
                ("HOME", home.FullName), ("XDG_CONFIG_HOME", home.FullName), ("XDG_DATA_HOME", home.FullName));
            // A tab and a description follow each.
            return [.. offered.Select(o => o.Split('\t')[0])];
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}

/// <summary>A shell that runs one command.</summary>
internal static class Shell
{
    /// <summary>Why tests with a shell cannot run; null where it is installed.</summary>
    public static string? Missing(string shell) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, shell)))
            ? null : $"no {shell} is installed (Debian's package {shell})";

    public static string Quoted(IEnumerable<string> words) => string.Join(' ', words.Select(w => $"'{w}'"));

    /// <summary>The lines that a shell prints; it fails where the shell does, or complains.</summary>
    public static async Task<IReadOnlyList<string>> LinesAsync(
        string shell, string[] args, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(shell, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>A test that is skipped where a shell is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell) => Skip = Shell.Missing(shell);
}

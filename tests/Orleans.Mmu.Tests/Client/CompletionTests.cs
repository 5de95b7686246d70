using System.Diagnostics;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu completion: the scripts name every verb, option and name.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("ch", "check", "mmu", "ch")]
    [InlineData("--sy", "--symmetry", "mmu", "check", "--sy")]
    [InlineData("idmap-res", "idmap-reserved", "mmu", "check", "idmap-res")]
    [InlineData("of", "off", "mmu", "check", "spin", "--symmetry", "of")]
    [InlineData("asym", "asymmetric", "mmu", "boot", "--quiet", "asym")]
    [InlineData("re", "remove", "mmu", "cluster", "re")]
    [InlineData("--ol", "--older", "mmu", "cluster", "remove", "--ol")]
    public async Task Bash_completes(string last, string expected, params string[] words)
    {
        var script = await CommandRun.WithoutSiloAsync("completion", "bash");
        string line = string.Join(' ', words.Select(w => $"'{w}'"));
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(
            $"{script.Out}\nCOMP_WORDS=({line}); COMP_CWORD={words.Length - 1}; _mmu; "
            + "printf '%s\\n' \"${COMPREPLY[@]}\"");
        using var bash = Process.Start(start)!;
        string output = await bash.StandardOutput.ReadToEndAsync();
        string[] replies = output.Split('\n');
        await bash.WaitForExitAsync();

        Assert.Equal(0, bash.ExitCode);
        Assert.Contains(expected, replies);
        Assert.All(replies.SkipLast(1), r => Assert.StartsWith(last, r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("zsh", "bashcompinit")]
    [InlineData("fish", "complete -c mmu -n '__fish_seen_subcommand_from boot' -l protocol -x -a '")]
    public async Task Other_shells_have_a_script_too(string shell, string line)
    {
        var run = await CommandRun.WithoutSiloAsync("completion", shell);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Contains(line, run.Out, StringComparison.Ordinal);
        Assert.Contains("ampereone-192", run.Out, StringComparison.Ordinal);
    }
}

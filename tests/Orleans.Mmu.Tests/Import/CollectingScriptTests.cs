using System.Diagnostics;
using System.Formats.Tar;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Import;

/// <summary>The script that collects the files of a machine.</summary>
public sealed class CollectingScriptTests
{
    [Fact]
    public async Task The_script_writes_a_tar_on_any_machine_and_says_what_is_wrong()
    {
        var script = await CommandRun.WithoutSiloAsync("import", "--script");
        Assert.Equal((ExitCode.Done, CollectingScript.Text), (script.Code, script.Out));
        using var shell = Process.Start(new ProcessStartInfo("sh", "-s")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = shell.StandardError.ReadToEndAsync();
        var output = new MemoryStream();
        var copied = shell.StandardOutput.BaseStream.CopyToAsync(output);
        await shell.StandardInput.WriteAsync(script.Out);
        shell.StandardInput.Close();
        await copied;
        await shell.WaitForExitAsync();

        output.Position = 0;
        var names = new List<string>();
        using var tar = new TarReader(output);
        while (await tar.GetNextEntryAsync() is { } entry)
            names.Add(entry.Name);
        Assert.Superset(new HashSet<string> { "cpuinfo", "version", "cmdline" }, names.ToHashSet());
        Assert.All(names, name => Assert.NotNull(FileNames.KindOf(name)));
        Assert.All((await error).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("collect: ", line, StringComparison.Ordinal));
    }
}

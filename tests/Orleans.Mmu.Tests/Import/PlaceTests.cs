using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Import;

/// <summary>A folder, a tar and single files give the same machine; the script collects them.</summary>
public sealed class PlaceTests : IDisposable
{
    private static readonly (string Name, string Text)[] All =
    [
        ("cpuinfo", Samples.Cpuinfo), ("iomem", Samples.Iomem), ("cmdline", "rodata=on nokaslr\n"),
        ("version", "6.18\n"),
        ("config", Samples.Config), ("System.map", Samples.SystemMap),
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_folder_a_tar_a_compressed_tar_and_single_files_give_the_same_machine()
    {
        string folder = Folder();
        string tar = Path.Combine(_directory.FullName, "host.tar");
        TarFile.CreateFromDirectory(folder, tar, includeBaseDirectory: true);
        string compressed = tar + ".gz";
        using (var gzip = new GZipStream(File.Create(compressed), CompressionLevel.Fastest))
            gzip.Write(File.ReadAllBytes(tar));
        string[] single =
        [
            "import", "--name", "host", "--cpuinfo", Of("cpuinfo"), "--iomem", Of("iomem"), "--cmdline",
            "rodata=on nokaslr", "--version", "6.18", "--config", Of("config"), "--system-map", Of("System.map"),
        ];
        string Of(string name) => Path.Combine(folder, name);

        var runs = new List<CommandRun>();
        string[][] ways = [["import", folder], ["import", tar], ["import", compressed], single];
        foreach (string[] arguments in ways)
            runs.Add(await CommandRun.WithoutSiloAsync(arguments));

        Assert.All(runs, run => Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error)));
        Assert.All(runs, run => Assert.Equal(Without(runs[0].Out), Without(run.Out)));
    }

    [Fact]
    public async Task The_output_is_written_only_where_the_import_succeeds()
    {
        string output = Path.Combine(_directory.FullName, "m.json");
        string folder = Folder();

        Assert.Equal(ExitCode.BadInput, (await CommandRun.WithoutSiloAsync(
            "import", folder, "--version", "5.15", "-o", output)).Code);
        Assert.False(File.Exists(output));
        var run = await CommandRun.WithoutSiloAsync("import", folder, "-o", output);

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Out));
        Assert.Equal("host", MachineFile.Parse(output, await File.ReadAllTextAsync(output)).Name);
    }

    [Theory]
    [InlineData("a.txt", "x", "expected a folder or a tar, found another file or a cut tar")]
    [InlineData("a.txt", "", "expected a tar with files such as cpuinfo, iomem")]
    public async Task Another_file_is_refused(string name, string text, string message)
    {
        string path = Path.Combine(_directory.FullName, name);
        await File.WriteAllTextAsync(path, text);

        var run = await CommandRun.WithoutSiloAsync("import", path);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.StartsWith($"{path}:1: {message}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_files_of_a_kind_are_refused()
    {
        string folder = Folder();
        await File.WriteAllTextAsync(Path.Combine(folder, "iomem.txt"), Samples.Iomem);

        var run = await CommandRun.WithoutSiloAsync("import", folder);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("expected one file of its kind, found also", run.Error, StringComparison.Ordinal);
    }

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

    private string Folder()
    {
        string folder = Path.Combine(_directory.FullName, "host");
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in All)
            File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(false));
        return folder;
    }

    // Comments name the files, which lie in other places.
    private static string Without(string text) => string.Join(
        '\n', text.Split('\n').Select(l => l.Split("//")[0].TrimEnd()).Where(l => l.Length > 0));
}

using System.Diagnostics;
using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Tests.Truth;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu map: what it prints, from where it starts, and that it needs no silo for it.</summary>
public sealed class MapCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("asymmetric", "leaves")]
    [InlineData("asymmetric", "ptdump")]
    [InlineData("symmetric", "leaves")]
    [InlineData("symmetric", "ptdump")]
    [InlineData("symmetric", "json")]
    public async Task Every_format(string machine, string format)
    {
        var run = await CommandRun.WithoutSiloAsync("map", machine, "--format", format);

        Assert.Equal((ExitCode.Done, format == "json" ? "" : MapNotes.Of(machine)), (run.Code, run.Error));
        Golden.Check($"map-{machine}-{format}", run.Out);
    }

    [Fact]
    public async Task The_format_is_leaves_where_none_is_named() => Assert.Equal(
        (await CommandRun.WithoutSiloAsync("map", "symmetric", "--format", "leaves")).Out,
        (await CommandRun.WithoutSiloAsync("map", "symmetric")).Out);

    [Theory]
    [InlineData("k618-v3-mixedcpu-2g")]
    [InlineData("k73-v3-4g-default")]
    public async Task A_real_kernels_ptdump_is_a_start(string name)
    {
        var dump = await CommandRun.WithoutSiloAsync(
            "walk", TruthFolder.File(name, "tables.bin.zst"), "--registers", TruthFolder.File(name, "registers.txt"),
            "--format", "ptdump");
        string file = Save("kernel_page_tables", dump.Out);

        var run = await CommandRun.WithoutSiloAsync("map", TruthFolder.File(name, "machine.json"), "--from", file);

        Assert.Equal(RealBoot.ReadLines(name), run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1));
        Assert.All(run.Error.TrimEnd('\n').Split('\n'),
            l => Assert.StartsWith(file + ":", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_is_no_ptdump_is_one_line()
    {
        string file = Save("p", "hello\n");
        var run = await CommandRun.WithoutSiloAsync("map", "symmetric", "--from", file);
        Assert.Equal((ExitCode.BadInput, "", $"{file}:1: expected \"---[ Linear Mapping start ]---\", found none\n"),
            (run.Code, run.Out, run.Error));
    }

    // Memory for the image and, in whole pages, next to nothing besides.
    [Fact]
    public async Task A_kernel_that_panics_is_one_line()
    {
        string file = Save("m.json", MachineText.With("\"end\": \"0x140000000\"", "\"end\": \"0x43441000\"")
            .Replace("0x40000000", "0x40200000", StringComparison.Ordinal)
            .Replace("0x410fd842", "0x414fd0c1", StringComparison.Ordinal));
        var run = await CommandRun.WithoutSiloAsync("map", file);
        Assert.Equal((ExitCode.BadInput, "", "m: Kernel panic - not syncing: Failed to allocate page table page\n"),
            (run.Code, run.Out, run.Error));
    }

    [Fact]
    public async Task Usage()
    {
        var run = await CommandRun.WithoutSiloAsync("map", "symmetric", "--format", "xml");
        Assert.Equal(
            (ExitCode.BadInput, "", "--format: expected leaves, ptdump or json, found 'xml' (see mmu map --help)\n"),
            (run.Code, run.Out, run.Error));
    }

    // What a process maps into memory says what it loaded.
    [Fact]
    public async Task No_part_of_Orleans_is_loaded()
    {
        string report = Path.Combine(_directory.FullName, "assemblies.txt");
        var start = new ProcessStartInfo("dotnet", [typeof(MmuProgram).Assembly.Location, "map", "symmetric"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.ReportVariable] = report;
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.StartsWith("va\t", output, StringComparison.Ordinal);
        string[] loaded = await File.ReadAllLinesAsync(report);
        Assert.Contains("Orleans.Mmu.Linux", loaded);
        Assert.DoesNotContain(loaded, a => a.StartsWith("Orleans.", StringComparison.Ordinal)
            && !a.StartsWith("Orleans.Mmu.", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded, a => a is "Orleans.Mmu.Silo" or "Orleans.Mmu.Grains");
    }

    private string Save(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}

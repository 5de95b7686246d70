using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Import;

/// <summary>
/// mmu import of what real machines said of themselves. The bar: the map of the imported machine is the real kernel's,
/// every line and every column.
/// </summary>
public sealed class TruthImportTests : IDisposable
{
    private const string Folder = "truth";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public static TheoryData<string> Boots =>
    [
        .. (IEnumerable<string>)(SharedFolder.Missing(Folder) is null
            ? Directory.GetDirectories(SharedFolder.Of(Folder)).Select(d => Path.GetFileName(d)!).Order() : []),
    ];

    public void Dispose() => _directory.Delete(recursive: true);

    [SharedTheory(Folder)]
    [MemberData(nameof(Boots))]
    public async Task The_map_of_the_imported_machine_is_the_real_kernels(string boot)
    {
        var machine = Machine(boot);
        string imported = await ImportAsync(boot, "--system-map", SystemMap(machine.Image));

        var run = await CommandRun.WithoutSiloAsync("map", imported, "--changes", FileOf(boot, "changes.txt"));

        Assert.Equal(ExitCode.Done, run.Code);
        var expected = File.ReadLines(FileOf(boot, "leaves.tsv"))
            .Select(l => string.Join('\t', l.Split('\t').Take(12)));
        Assert.Equal(expected, run.Out.TrimEnd('\n').Split('\n'));
    }

    [SharedTheory(Folder)]
    [MemberData(nameof(Boots))]
    public async Task Without_symbols_only_the_end_of_bss_is_assumed(string boot)
    {
        var (real, imported) = (Machine(boot), Parse(await ImportAsync(boot)));

        Assert.Equal(real.Image with { BssStop = real.Image.End }, imported.Image);
        Assert.Equal(MemoryRange.Merge(real.Memory), MemoryRange.Merge(imported.Memory));
        Assert.Equal(MemoryRange.Merge(real.NoMap), MemoryRange.Merge(imported.NoMap));
        Assert.Equal(real.Cpus.Select(c => c.Midr), imported.Cpus.Select(c => c.Midr));
    }

    private async Task<string> ImportAsync(string boot, params string[] more)
    {
        var machine = Machine(boot);
        string path = Path.Combine(_directory.FullName, "m.json");
        string commandLine = Save("cmdline", machine.CommandLine.Text + "\n");
        var run = await CommandRun.WithoutSiloAsync(
        [
            "import", "--cpuinfo", FileOf(boot, "cpuinfo.txt"), "--iomem", FileOf(boot, "iomem.txt"),
            "--cmdline", commandLine, "--version", machine.Rules.Version.ToString(),
            "--page-size", machine.Geometry.Granule.ToString(),
            "--va-bits", machine.Geometry.VaBits.ToString(CultureInfo.InvariantCulture), "-o", path, .. more,
        ]);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Out));
        return path;
    }

    // A kernel's own System.map has the same distances; where the kernel runs does not matter.
    private string SystemMap(Orleans.Mmu.Linux.Kernels.KernelImage image)
    {
        string Line(string name, PhysicalAddress at) => $"{0xffff_8000_8000_0000 + (at - image.Text):x16} T {name}\n";
        return Save("System.map", Line("_text", image.Text) + Line("_stext", image.Stext)
            + Line("__init_begin", image.InitBegin) + Line("__init_end", image.InitEnd)
            + Line("__bss_stop", image.BssStop) + Line("_end", image.End));
    }

    private string Save(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static MachineDescription Machine(string boot) => Parse(FileOf(boot, "machine.json"));

    private static MachineDescription Parse(string path) => MachineFile.Parse(path, File.ReadAllText(path));

    private static string FileOf(string boot, string name) => Path.Combine(SharedFolder.Of(Folder), boot, name);
}

using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Tests.Truth;

namespace Orleans.Mmu.Tests.Client;

/// <summary>
/// mmu map with a changes file. The bar: boot, repaint, protection and run-time changes give the linear map of every
/// real kernel, every line and every column.
/// </summary>
public sealed class MapChangesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void There_are_boots_to_compare_with() => Assert.True(TruthFolder.Boots.Count >= 20);

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public async Task The_map_after_its_changes_is_the_real_kernels_line_for_line(string name)
    {
        var run = await CommandRun.WithoutSiloAsync(
            "map", TruthFolder.File(name, "machine.json"), "--changes", TruthFolder.File(name, "changes.txt"));

        Assert.Equal((ExitCode.Done, MapNotes.Of(TruthFolder.File(name, "machine.json"))), (run.Code, run.Error));
        var expected = File.ReadLines(TruthFolder.File(name, "leaves.tsv"))
            .Select(l => string.Join('\t', l.Split('\t').Take(12)));
        Assert.Equal(expected, run.Out.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public async Task Each_change_of_a_real_kernel_shows_in_its_map(string name)
    {
        var changes = File.ReadLines(TruthFolder.File(name, "changes.txt")).ToList();
        string whole = await MapAsync(name, changes);

        for (int i = 0; i < Math.Min(changes.Count, 4); i++)
            Assert.NotEqual(whole, await MapAsync(name, changes.Where((_, c) => c != i)));
    }

    [Fact]
    public async Task A_change_where_nothing_is_mapped_is_named()
    {
        string file = Save("changes.txt", "set_memory_ro 0xffff7ffffffff000 1\nset_memory_ro 0xffff000004001000 1\n");
        string machine = Save("machine.json", BuiltInMachines.Find("symmetric")!);

        var run = await CommandRun.WithoutSiloAsync("map", machine, "--changes", file);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal($"{file}:1: nothing is mapped at 0xffff7ffffffff000, so nothing changes\n" + MapNotes.Of(machine),
            run.Error);
    }

    [Fact]
    public async Task A_change_that_the_kernel_refuses_is_a_warning_with_its_line()
    {
        string file = Save("changes.txt", "# nothing may be split here\n\nset_memory_invalid 0xffff000004001000 1\n");
        string machine = Save("machine.json", BuiltInMachines.Find("symmetric")!
            .Replace("\"commandLine\": \"\"", "\"commandLine\": \"rodata=off kfence.sample_interval=100\"",
                StringComparison.Ordinal));

        var run = await CommandRun.WithoutSiloAsync("map", machine, "--changes", file);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(
            $"{file}:3: WARNING: set_memory_invalid: the leaf of 2M at 0xffff000004000000 reaches beyond "
            + $"0xffff000004001000-0xffff000004002000\n" + MapNotes.Of(machine), run.Error);
        Assert.Equal((await CommandRun.WithoutSiloAsync("map", machine)).Out, run.Out);
    }

    [Fact]
    public async Task A_warning_is_one_line_however_often_it_occurs()
    {
        string file = Save("changes.txt", string.Concat(
            Enumerable.Range(1, 5).Select(i => $"set_memory_invalid 0xffff00000400{i}000 1\n")));
        string machine = Save("machine.json", BuiltInMachines.Find("symmetric")!
            .Replace("\"commandLine\": \"\"", "\"commandLine\": \"rodata=off kfence.sample_interval=100\"",
                StringComparison.Ordinal));

        var run = await CommandRun.WithoutSiloAsync("map", machine, "--changes", file);

        Assert.Equal(
            $"{file}:1: WARNING: set_memory_invalid: the leaf of 2M at 0xffff000004000000 reaches beyond "
            + $"0xffff000004001000-0xffff000004002000 (and 4 more)\n" + MapNotes.Of(machine), run.Error);
    }

    [Fact]
    public async Task A_missing_changes_file_is_one_line()
    {
        var run = await CommandRun.WithoutSiloAsync("map", "symmetric", "--changes", "nosuch.txt");

        Assert.Equal((ExitCode.BadInput, "", "nosuch.txt: expected a changes file, found no such file\n"),
            (run.Code, run.Out, run.Error));
    }

    [Theory]
    [InlineData("set_memory_r0 0xffff000000000000 1", "expected one of set_memory_ro|rw|nx|x|rox|valid|invalid|"
        + "decrypted|encrypted, set_direct_map_invalid_noflush|default_noflush, vmalloc, found set_memory_r0")]
    [InlineData("set_memory_ro 0xffff000000000000", "expected \"set_memory_ro VA PAGES\", found 1 values")]
    [InlineData("set_memory_ro 1 1", "expected an address such as 0xffff000000000000, found 1")]
    [InlineData("set_memory_ro 0xffff000000000800 1", "expected a multiple of 4K, found 0xffff000000000800")]
    [InlineData("set_memory_ro 0xffff800000000000 1", "expected an address of the linear map (0xffff000000000000 to "
        + "0xffff800000000000), found 0xffff800000000000")]
    [InlineData("set_memory_ro 0xffff000000000000 0", "expected a number of pages from 1, found 0")]
    [InlineData("set_memory_ro 0xffff000000000000 0x0", "expected a number of pages from 1, found 0x0")]
    [InlineData("set_memory_ro 0xffff000000000000 0xfffffffffffffffff", "expected a number of pages from 1, found "
        + "0xfffffffffffffffff")]
    [InlineData("set_memory_decrypted 0xffff000000000000 1", "set_memory_decrypted: expected a machine with \"realm\", "
        + "since the call does nothing elsewhere")]
    [InlineData("vmalloc 0xffff800080000000 1", "expected \"vmalloc VA PAGES PA\", found 2 values")]
    [InlineData("vmalloc 0xffff000080000000 1 0x50000000", "expected an address from 0xffff800000000000 to "
        + "0xfffffdffc0000000, found 0xffff000080000000")]
    [InlineData("vmalloc 0xffff800080000000 1 0x10000000", "expected 1 pages of memory that the kernel maps, found "
        + "0x10000000")]
    [InlineData("set_memory_ro 0xffff000000000000 -1", "expected a number of pages from 1, found -1")]
    [InlineData("set_memory_ro 0xffff7ffffffff000 2", "expected pages that end at 0xffff800000000000, found 2 from "
        + "0xffff7ffffffff000")]
    [InlineData("set_memory_ro 0xffff000000000000 99999999", "expected at most 16777216 pages in all lines together, "
        + "found more")]
    public async Task A_wrong_line_is_refused(string line, string message)
    {
        string file = Save("changes.txt", $"set_memory_ro 0xffff000040000000 1\n{line}\n");

        var run = await CommandRun.WithoutSiloAsync("map", "symmetric", "--changes", file);

        Assert.Equal((ExitCode.BadInput, "", $"{file}:2: {message}\n"), (run.Code, run.Out, run.Error));
    }

    private async Task<string> MapAsync(string name, IEnumerable<string> changes)
    {
        var run = await CommandRun.WithoutSiloAsync(
            "map", TruthFolder.File(name, "machine.json"), "--changes",
            Save("changes.txt", string.Join('\n', changes)));
        Assert.Equal((ExitCode.Done, MapNotes.Of(TruthFolder.File(name, "machine.json"))), (run.Code, run.Error));
        return run.Out;
    }

    private string Save(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}

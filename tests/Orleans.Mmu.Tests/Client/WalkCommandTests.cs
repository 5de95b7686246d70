using CsCheck;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Arm;
using Orleans.Mmu.Tests.Truth;
using ZstdSharp;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu walk on dumps of real kernels, on damaged ones, and on hostile ones.</summary>
public sealed class WalkCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [ClassData(typeof(TruthBoots))]
    public async Task The_leaves_are_those_that_an_independent_decoder_read(string name)
    {
        var run = await WalkAsync(TruthFolder.File(name, "tables.bin.zst"), TruthFolder.File(name, "registers.txt"));

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(string.Join(
            '\t', File.ReadLines(TruthFolder.File(name, "leaves.tsv")).First().Split('\t').Take(12)), lines[0]);
        Assert.Equal(RealBoot.ReadLines(name), lines.Skip(1));
    }

    [Fact]
    public async Task A_dump_need_not_be_compressed()
    {
        string boot = TruthFolder.Boots[0];
        using var decompressor = new Decompressor();
        string raw = Save("tables.bin",
            decompressor.Unwrap(await File.ReadAllBytesAsync(TruthFolder.File(boot, "tables.bin.zst"))).ToArray());

        var run = await WalkAsync(raw, TruthFolder.File(boot, "registers.txt"));

        Assert.Equal(RealBoot.ReadLines(boot), run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1));
    }

    [Fact]
    public async Task The_whole_half_as_ptdump() => Golden.Check("walk-all-ptdump", (await WalkAsync(
        TruthFolder.File("k618-v3lpa2off-4g-default", "tables.bin.zst"),
        TruthFolder.File("k618-v3lpa2off-4g-default", "registers.txt"),
        "--range", "all", "--format", "ptdump")).Out);

    [Theory]
    [InlineData("linear")]
    [InlineData("all")]
    public async Task As_json(string range) => Golden.Check($"walk-{range}-json", (await WalkAsync(
        TruthFolder.File("k618-16k-v3-4g-default", "tables.bin.zst"),
        TruthFolder.File("k618-16k-v3-4g-default", "registers.txt"),
        "--range", range, "--format", "json")).Out);

    [Fact]
    public async Task A_missing_file_is_one_line() =>
        await FailsAsync("nosuch.bin", Save("r.txt", DumpBytes.Registers),
            "nosuch.bin: expected a dump of tables, found no such file");

    [Fact]
    public async Task Missing_registers_are_one_line() =>
        await FailsAsync(Save("t.bin", DumpBytes.Small().ToArray()), "nosuch.txt",
            "nosuch.txt: expected a file of registers, found no such file");

    [Fact]
    public async Task A_wrong_register_line_is_named()
    {
        string registers = Save("r.txt", "cpu0 TCR_EL1 = 0x005001f5b5503510\nnonsense\n");
        await FailsAsync(Save("t.bin", DumpBytes.Small().ToArray()), registers,
            $"{registers}:2: expected a register such as \"cpu0 TCR_EL1 = 0x5001f5b5503510\", found \"nonsense\"");
    }

    [Fact]
    public async Task Damaged_zstd_is_one_line()
    {
        string tables = Save("t.zst", [0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3, 4, 5, 6, 7, 8]);
        var run = await WalkAsync(tables, Save("r.txt", DumpBytes.Registers));
        IsOneLine(run);
        Assert.Equal($"{tables}: expected zstd data, found damage\n", run.Error);
    }

    [Fact]
    public async Task Zstd_that_ends_early_is_one_line()
    {
        byte[] all = await File.ReadAllBytesAsync(TruthFolder.File("k618-v3-4g-default", "tables.bin.zst"));
        IsOneLine(await WalkAsync(
            Save("t.zst", all[..(all.Length / 2)]), TruthFolder.File("k618-v3-4g-default", "registers.txt")));
    }

    [Fact]
    public async Task Zstd_that_would_fill_memory_is_left_at_its_header()
    {
        using var compressor = new Compressor();
        // 8 GiB of zeros in 32 frames: more than an array holds.
        byte[] frame = compressor.Wrap(new byte[256 << 20]).ToArray();
        string tables = Save("bomb.zst", [.. Enumerable.Repeat(frame, 32).SelectMany(f => f)]);
        await FailsAsync(tables, Save("r.txt", DumpBytes.Registers),
            $"{tables}: expected a dump of tables that begins with A64TBL01, found the bytes 0000000000000000");
    }

    [Fact]
    public async Task Tables_that_lead_to_themselves_are_one_line()
    {
        string tables = Save("t.bin", DumpBytes.Small().Table(DumpBytes.Root, 1, DumpBytes.Root).ToArray());
        await FailsAsync(tables, Save("r.txt", DumpBytes.Registers),
            $"{tables}: entry 1 of the level 0 table at 0x40000000 leads to 0x40000000: expected each table page to "
            + $"be reached once, found this one reached before");
    }

    [Fact]
    public async Task Usage() => await SaysAsync(
        "--range: expected linear or all, found 'most' (see mmu walk --help)", "walk", "t", "--registers", "r",
        "--range", "most");

    [Fact]
    public async Task Registers_are_needed() =>
        await SaysAsync("--registers: expected FILE, found none (see mmu walk --help)", "walk", "t");

    // Any damage ends in a map or in one line, and soon: nothing may throw past the program, and nothing may go on for
    // ever.
    [Fact]
    public async Task Damage_of_any_kind_ends_in_a_map_or_in_one_line()
    {
        byte[] dump = DumpBytes.Small().ToArray();
        byte[] registers = System.Text.Encoding.ASCII.GetBytes(DumpBytes.Registers);
        await Gen.Select(
            Gen.Select(Gen.Int[0, dump.Length - 1], Gen.Byte).Array[0, 6],
            Gen.Select(Gen.Int[0, registers.Length - 1], Gen.Byte).Array[0, 1], Gen.Int[0, dump.Length],
            Gen.OneOf("leaves", "ptdump", "json"), Gen.OneOf("linear", "all"))
            .ForAllAsync(async (inDump, inRegisters, length, format, range) =>
            {
                string tables =
                    Save($"{Guid.NewGuid():N}.bin", Damage(dump, inDump)[..(length % 3 == 0 ? length : dump.Length)]);
                string text = Save($"{Guid.NewGuid():N}.txt", Damage(registers, inRegisters));
                var run = await WalkAsync(tables, text, "--format", format, "--range", range);
                if (run.Code != ExitCode.Done)
                    IsOneLine(run);
            }, iter: 400);
    }

    private static byte[] Damage(byte[] bytes, (int At, byte Value)[] changes)
    {
        byte[] damaged = [.. bytes];
        foreach (var (at, value) in changes)
            damaged[at] = value;
        return damaged;
    }

    private string Save(string name, string text) => Save(name, System.Text.Encoding.UTF8.GetBytes(text));

    private string Save(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static Task<CommandRun> WalkAsync(string tables, string registers, params string[] more) =>
        CommandRun.WithoutSiloAsync(["walk", tables, "--registers", registers, .. more]);

    private static async Task FailsAsync(string tables, string registers, string line) =>
        await SaysAsync(line, "walk", tables, "--registers", registers);

    private static async Task SaysAsync(string line, params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(args);
        Assert.Equal((ExitCode.BadInput, "", line + "\n"), (run.Code, run.Out, run.Error));
    }

    private static void IsOneLine(CommandRun run)
    {
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }
}

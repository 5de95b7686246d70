using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Machine files that the kernel reads otherwise than they look, and files that are wrong.</summary>
public class BadMachineTests
{
    private const string Folder = "cases/bad-input";

    [SharedTheory(Folder)]
    [InlineData("image-beyond-room-16K36.json", "Memory doesn't fit in the linear mapping", "0x2000000000")]
    [InlineData("image-beyond-room-4K39.json", "Memory doesn't fit in the linear mapping", "0x5680000000")]
    [InlineData("mem-ignored.json", "Memory limited to 64MB", "0x40000000")]
    [InlineData("nomap-not-page-aligned.json", "noMap[0]: [0x46001000, 0x46002000) does not begin and end", "")]
    [InlineData("quotes-inside.json", "", "\t4096\t512\t1\t0\t1\t1\t0\t1\n")]
    public async Task The_map_is_the_kernels_and_what_differs_is_said(string name, string warning, string output)
    {
        var run = await CommandRun.WithoutSiloAsync("map", File(name));

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains(warning, run.Error, StringComparison.Ordinal);
        Assert.Contains(output, run.Out, StringComparison.Ordinal);
    }

    [SharedTheory(Folder)]
    [InlineData("pool-over-image-7.3.json", ":16: kernel.kfencePool: expected 2048K beside the kernel image")]
    [InlineData("name-with-slash.json", ":2: name: expected a name without '/'")]
    [InlineData("machine-typo-dumps-file.json", ":8: expected JSON, found 'fast' in column 20\n")]
    public async Task Every_verb_refuses_a_wrong_file_in_the_same_short_line(string name, string message)
    {
        var map = await CommandRun.WithoutSiloAsync("map", File(name));
        var boot = await CommandRun.WithoutSiloAsync("boot", File(name));

        Assert.Equal(ExitCode.BadInput, map.Code);
        Assert.Equal(map, boot);
        Assert.Contains(message, map.Error, StringComparison.Ordinal);
        Assert.InRange(map.Error.Length, 1, 200 + File(name).Length);
    }

    [SharedFact(Folder)]
    public async Task The_end_of_memory_is_an_outcome_of_decay()
    {
        var run = await CommandRun.WithoutSiloAsync("decay", File("decay-divide-by-zero.json"));

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("the end of memory: ", run.Out, StringComparison.Ordinal);
    }

    private static string File(string name) => Path.Combine(SharedFolder.Of(Folder), name);
}

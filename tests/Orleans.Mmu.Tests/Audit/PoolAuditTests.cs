using System.Globalization;
using System.Text.Json;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>The early KFENCE pool, which lies below what others have reserved at the end of memory.</summary>
public sealed class PoolAuditTests : IDisposable
{
    private const ulong PageOffset = 0xffff_0000_0000_0000, Memory = 0x4000_0000, Page = 4096;

    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(0x7a000000, true, "kfence.sample_interval=100")]
    [InlineData(0x79fd3000, true, "kfence.sample_interval=100")]
    [InlineData(0x4fe00000, true, "kfence.sample_interval=100")]
    // Before kfence_init() there are no guards.
    [InlineData(0x7a000000, false, "kfence.sample_interval=100")]
    // The machine file does not say that there is a pool.
    [InlineData(0x7a000000, true, "")]
    public async Task A_pool_that_is_not_placed_is_found(ulong pool, bool guards, string line)
    {
        Assert.Equal($"\"0x{pool:x}\"", Found(await AuditAsync(pool, guards, line)));
    }

    // Any place in the first group gives the same map.
    [Fact]
    public async Task A_pool_without_guards_that_begins_in_a_group_is_found_up_to_the_group()
    {
        var run = await AuditAsync(0x79fd3000, guards: false, "kfence.sample_interval=100");

        Assert.Equal("\"0x79fd1000\"", Found(run));
    }

    [Fact]
    public async Task A_pool_at_the_end_of_memory_needs_no_place() =>
        Assert.Equal(0, (await AuditAsync(0x7fe00000, guards: true, "kfence.sample_interval=100")).Code);

    private async Task<CommandRun> AuditAsync(ulong pool, bool guards, string line)
    {
        string real = Machine("kfence.sample_interval=100", string.Create(CultureInfo.InvariantCulture,
            $"\"kfencePool\": \"0x{pool:x}\","));
        ulong at = pool - Memory + PageOffset;
        IEnumerable<string> changes = guards
            ? [Invalid(at, 2), .. Enumerable.Range(1, 255).Select(i => Invalid(at + ((2 * (ulong)i) + 1) * Page, 1))]
            : [];
        var map = await CommandRun.WithoutSiloAsync("map", _files.Save("real.json", real), "--format", "ptdump",
            "--changes", _files.Save("changes.txt", string.Join('\n', changes) + "\n"));
        Assert.Equal(0, map.Code);
        return await AuditRun.OfAsync(
            _files.Save("p.txt", map.Out), "--machine", _files.Save("m.json", Machine(line, "")), "--json");
    }

    private static string? Found(CommandRun run) => JsonDocument.Parse(run.Out).RootElement.GetProperty("explanations")
        .EnumerateArray().SelectMany(e => e.GetProperty("machineShouldSay").EnumerateArray())
        .First(e => e.GetProperty("key").GetString() == "kernel.kfencePool").GetProperty("value").GetString();

    private static string Invalid(ulong at, int pages) =>
        string.Create(CultureInfo.InvariantCulture, $"set_memory_invalid 0x{at:x} {pages}");

    private static string Machine(string line, string pool) => $$"""
        {
          "name": "m",
          "kernel": {
            "version": "6.18", "pageSize": "4K", "vaBits": 48, "commandLine": "rodata=noalias {{line}}", {{pool}}
            "image": {
              "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x42390000", "initEnd": "0x42720000",
              "bssStop": "0x42c9a730", "end": "0x42cb0000"
            }
          },
          "memory": [ { "start": "0x40000000", "size": "1G" } ],
          "cpus": [ { "midr": "0x414fd0c1" } ]
        }
        """;
}

using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>
/// A run on grains, written as a casemate trace: the merged protocol is legal for the CPUs it is for, others are not.
/// </summary>
[Collection(nameof(OneSilo))]
public sealed class CasemateRunTests(OneSilo lab) : IDisposable
{
    private const string Machine = """
        {
          "name": "small",
          "kernel": {
            "version": "7.3", "pageSize": "4K", "vaBits": 39, "commandLine": "kfence.sample_interval=0",
            "image": {
              "text": "0x40200000", "stext": "0x40200000", "initBegin": "0x40400000",
              "initEnd": "0x40600000", "bssStop": "0x40800000", "end": "0x40800000"
            }
          },
          "memory": [ { "start": "0x40000000", "size": "64M" } ],
          "cpus": [ { "midr": "0x410fd842", "bbm": 3 }, { "midr": "0x414fd0c1", "bbm": 0, "count": 2 } ]
        }
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("idmap-reserved", "3,0", null)]
    [InlineData("idmap-reserved", "3", null)]
    [InlineData("idmap-reserved", "0", 0)]
    [InlineData("idmap-only", "3,0", 1)]
    [InlineData("spin", "3,0", 1)]
    [InlineData("live", "3,0", 1)]
    [InlineData("live", "3", null)]
    [InlineData("epd1", "3,0", null)]
    [InlineData("epd1-no-flush", "3,0", 1)]
    public async Task The_linter_judges_a_run_as_its_protocol_deserves(string protocol, string levels, int? breaks)
    {
        string machine = Path.Combine(_directory.FullName, "small.json");
        string trace = Path.Combine(_directory.FullName, "run.log");
        await File.WriteAllTextAsync(machine, Machine);
        var boot = await CommandRun.WithBootAsync(
            async (request, token) => await lab.Grains.GetGrain<IMachineGrain>($"casemate-{Guid.NewGuid():N}")
                .Boot(request, token), CancellationToken.None,
            "boot", machine, "--protocol", protocol, "--trace", trace);
        Assert.True(boot.Code is ExitCode.Done or ExitCode.Violated, boot.Error);

        var lint = await CommandRun.WithoutSiloAsync("lint", trace, "--bbm", levels);

        Assert.Equal(breaks is null ? ExitCode.Done : ExitCode.Violated, lint.Code);
        if (breaks is { } cpu)
        {
            Assert.Contains("a block becomes a table", lint.Out, StringComparison.Ordinal);
            Assert.Contains($"CPU {cpu} would break\n", lint.Out, StringComparison.Ordinal);
        }
        else
        {
            // All of it was there: 28 blocks of which the ones outside of the image became tables.
            Assert.True((await File.ReadAllLinesAsync(trace)).Length > 512 * 20);
        }
    }

    [Fact]
    public async Task Tables_that_casemate_does_not_know_are_said()
    {
        string machine = Path.Combine(_directory.FullName, "large.json");
        await File.WriteAllTextAsync(
            machine, Machine.Replace("\"4K\", \"vaBits\": 39", "\"64K\", \"vaBits\": 48", StringComparison.Ordinal));
        var run = await CommandRun.WithoutSiloAsync(
            "boot", machine, "--trace", Path.Combine(_directory.FullName, "x.log"));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith(
            "--trace: expected a machine with 4K pages and at most 48 VA bits", run.Error, StringComparison.Ordinal);
    }
}

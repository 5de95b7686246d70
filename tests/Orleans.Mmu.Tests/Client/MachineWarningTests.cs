using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Every verb that takes a machine shows the warnings about it on standard error.</summary>
public sealed class MachineWarningTests : IDisposable
{
    private const string Warning = "warning: m.json:";
    private const string Option = "numa= divides memory into nodes; the model leaves it out\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("map", "M")]
    [InlineData("cost", "M", "--workload", "T")]
    [InlineData("decay", "M")]
    [InlineData("boot", "M")]
    [InlineData("exercise", "M")]
    [InlineData("tlb", "T", "--l1i", "4", "--l1d", "4", "--l2", "16x4", "--map", "M")]
    public async Task It_stands_before_the_result(params string[] arguments)
    {
        string machine = Path.Combine(_directory.FullName, "m.json");
        await File.WriteAllTextAsync(machine, WithNuma());
        string trace = Path.Combine(_directory.FullName, "t.ktr");
        await File.WriteAllBytesAsync(trace, []);
        string[] given = [.. arguments.Select(a => a == "M" ? machine : a == "T" ? trace : a)];

        // Where a silo would come next, the warning is written already.
        var run = arguments[0] is "boot"
            ? await CommandRun.WithReportAsync(SampleReports.Quiet, given)
            : await CommandRun.WithLaboratoryAsync(
                (_, _) => throw new UsageException("no silo here"), given);

        Assert.Contains(Option, run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Error.Split(Option).Length);
    }

    [Fact]
    public async Task A_boot_that_is_attached_to_shows_them_too()
    {
        string key = $"m-{Guid.NewGuid():N}";
        var run = await CommandRun.WithBootAsync(
            (_, _) => Task.FromResult(new BootAnswer(SampleReports.Quiet, null) { Warnings = ["m.json:5: x"] }),
            CancellationToken.None, "boot", "--attach", key, "--silo", "localhost:30000");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains($"{Warning}5: x\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_value_of_rodata_says_where_the_known_ones_are()
    {
        var machine = MachineFile.Parse(
            "m.json", WithNuma().Replace("numa=off", "rodata=most", StringComparison.Ordinal));

        Assert.Contains(
            "m.json:7: kernel.commandLine: Invalid option string for rodata: 'most' (docs/kernel-rules.md lists the "
            + "values of rodata= that each version knows)", machine.Warnings);
    }

    [Theory]
    [InlineData("debian", true)]
    [InlineData("defconfig", false)]
    [InlineData("android-gki", true)]
    public void A_file_names_a_set_of_build_time_values(string set, bool kfence)
    {
        string path = Path.Combine(_directory.FullName, "m.json");
        File.WriteAllText(path, WithNuma().Replace(
            "\"kernel\": {", $"\"kernel\": {{ \"config\": \"{set}\",", StringComparison.Ordinal));

        var machine = MachineFile.Parse(path, File.ReadAllText(path));

        Assert.Equal(kfence, machine.Config.Kfence);
        Assert.Equal(KernelConfig.Named.Single(n => n.Name == set).Config, machine.Config);
        Assert.DoesNotContain(machine.Warnings, w => w.Contains("so Debian's", StringComparison.Ordinal));
    }

    private static string WithNuma() => """
        {
          "name": "m",
          "kernel": {
            "version": "7.3",
            "pageSize": "4K",
            "vaBits": 48,
            "commandLine": "numa=off",
            "image": { "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x42390000",
              "initEnd": "0x42720000", "bssStop": "0x42c9a730", "end": "0x42cb0000" }
          },
          "memory": [ { "start": "0x40000000", "size": "256M" } ],
          "cpus": [ { "midr": "0x410fd842" } ]
        }
        """;
}

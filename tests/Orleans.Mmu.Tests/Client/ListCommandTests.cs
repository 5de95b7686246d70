using System.Text.Json.Nodes;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu machines and mmu cores: what the program knows, as text, files and JSON.</summary>
public sealed class ListCommandTests
{
    [Fact]
    public async Task Every_built_in_machine_is_listed_and_printed_as_a_file_that_reads_back()
    {
        var list = await CommandRun.WithoutSiloAsync("machines");
        Assert.Equal(BuiltInMachines.Names, list.Out.TrimEnd('\n').Split('\n').Select(l => l.Split(' ')[0]));
        foreach (string name in BuiltInMachines.Names)
        {
            var run = await CommandRun.WithoutSiloAsync("machines", name);

            Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
            Assert.Equal(name, MachineFile.Parse(name, run.Out).Name);
        }
    }

    [Fact]
    public async Task Cores_say_since_which_kernel_and_revision_they_may_split_live()
    {
        var run = await CommandRun.WithoutSiloAsync("cores", "--json");
        var cores = JsonNode.Parse(run.Out)!.AsArray().ToDictionary(c => c!["core"]!.GetValue<string>(), c => c!);

        Assert.Equal(Orleans.Mmu.Linux.Cpus.Core.Names, cores.Keys);
        Assert.Equal(("0x410fd840", 2, "6.17", "r0p2"), Of("Neoverse-V3"));
        Assert.Equal(("0xc00fac30", 2, "6.18", "r0p0"), Of("AmpereOne"));
        Assert.Equal(("0x410fd8c0", null, "7.3", "r1p1"), Of("C1-Ultra"));
        Assert.Equal(("0x410fd0b0", 0, null, null), Of("Cortex-A76"));
        Assert.Equal("1280x5", cores["Cortex-A76"]["l2"]!.GetValue<string>());
        (string?, int?, string?, string?) Of(string name) => (cores[name]["midr"]?.GetValue<string>(),
            cores[name]["bbm"]?.GetValue<int>(), cores[name]["listedSince"]?.GetValue<string>(),
            cores[name]["firstRevision"]?.GetValue<string>());
    }

    [Fact]
    public async Task Cores_as_text_have_a_row_for_each()
    {
        var run = await CommandRun.WithoutSiloAsync("cores");

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Equal(Orleans.Mmu.Linux.Cpus.Core.Names.Count() + 4, run.Out.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("since 6.17, r0p3 to r0p15", run.Out, StringComparison.Ordinal);
    }
}

using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Litmus tests, expectations and generated files that were once taken for something else.</summary>
public sealed class BadInputCaseTests
{
    private const string Folder = "cases/bad-input";

    [SharedTheory(Folder)]
    [InlineData("lsl-64.litmus", 7, "expected a shift from 0 to 63 in LSL X0,X2,#64, found #64")]
    [InlineData("store-w-zeroes-x.litmus", 9, "expected accesses of one size, found a store of 32 bits")]
    [InlineData("el0-of-no-cpu.litmus", 2, "expected a CPU from P0 to P0, found P6")]
    public async Task A_litmus_test_that_means_nothing_is_refused(string name, int line, string message)
    {
        var run = await CommandRun.WithoutSiloAsync("litmus", Shared(name));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{name}:{line}: {message}"), run.Error,
            StringComparison.Ordinal);
    }

    [SharedFact(Folder)]
    public async Task A_test_without_an_end_ends_with_its_time()
    {
        var run = await CommandRun.WithoutSiloAsync("litmus", Shared("endless.litmus"), "--time", "1");

        Assert.Equal(ExitCode.NotDecided, run.Code);
    }

    [SharedFact(Folder)]
    public async Task A_test_is_expected_once()
    {
        var run = await CommandRun.WithoutSiloAsync(
            "litmus", Shared("el0-of-no-cpu.litmus"), "--expected", Shared("expected-duplicate.json"));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(
            "expected-duplicate.json:1: expected each test once, found a.litmus twice\n", run.Error,
            StringComparison.Ordinal);
    }

    // As pathbomb.py writes it.
    [Fact]
    public void An_error_in_a_file_costs_memory_for_its_own_path_alone()
    {
        string text =
            "{\"" + new string('k', 200_000) + "\":[" + string.Concat(Enumerable.Repeat("0,", 10_000)) + "0]}";
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InputException>(() => MachineFile.Parse("m.json", text));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
        Assert.InRange(error.Message.Length, 1, 300);
    }

    // As ranges-4096.py writes it: every range of memory has a NOMAP range of its own in the middle.
    [Fact]
    public void Four_thousand_ranges_are_joined_in_one_pass()
    {
        // Work that grows with the square of the ranges takes sixteen times as much for four times as many.
        long few = BytesFor(1024), many = BytesFor(4096);

        Assert.InRange(many, few, 6 * few);

        static long BytesFor(int ranges)
        {
            string text = WithRanges(ranges);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var machine = MachineFile.Parse("m.json", text);
            Assert.Equal(ranges, machine.Memory.Length);
            PaintedMap.Of(machine);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static string WithRanges(int count)
    {
        var text = new StringBuilder("""
            {"name":"t","kernel":{"version":"7.3","pageSize":"4K","vaBits":48,"image":{"text":"0x40200000",
            "stext":"0x40210000","initBegin":"0x42390000","initEnd":"0x42720000","bssStop":"0x42c9a730",
            "end":"0x42cb0000"}},"cpus":[{"midr":"0x410fd842"}],"memory":[
            """);
        text.AppendJoin(',', Enumerable.Range(0, count - 1)
            .Select(i => Range(Start(i) + 0x1000, Start(i) + 0x20_1000)).Prepend(Range(0x4000_0000, 0x5000_0000)));
        text.Append("],\"noMap\":[");
        text.AppendJoin(',', Enumerable.Range(0, count).Select(i => Range(Start(i) + 0x5000, Start(i) + 0x6000)));
        return text.Append("]}").ToString();

        static string Range(ulong start, ulong end) => $$"""{"start":"0x{{start:x}}","end":"0x{{end:x}}"}""";
        static ulong Start(int i) => 0x1_0000_0000 + (ulong)i * 0x30_0000;
    }

    [SharedFact(Folder)]
    public async Task A_warning_that_occurs_often_is_one_line_and_a_number()
    {
        var run = await CommandRun.WithoutSiloAsync(
            "map", "symmetric", "--changes", Shared("warn-9216-times.changes"));

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.InRange(run.Error.Split('\n').Length, 1, 8);
    }

    private static string Shared(string name) => Path.Combine(SharedFolder.Of(Folder), name);
}

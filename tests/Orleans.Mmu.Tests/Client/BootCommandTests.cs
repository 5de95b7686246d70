using System.Text.Json;
using Orleans.Mmu.Client.Commands;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Client;

public sealed class BootCommandTests
{
    [Fact]
    public async Task A_quiet_boot_ends_in_0_and_prints_its_report()
    {
        var run = await CommandRun.WithReportAsync(SampleReports.Quiet, "boot", "symmetric");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.EndsWith("no violation in this run (seed 7)\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Violations_end_in_3_and_json_is_one_document()
    {
        var run = await CommandRun.WithReportAsync(SampleReports.Spin, "boot", "asymmetric", "--json");
        Assert.Equal((ExitCode.Violated, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(3, json.RootElement.GetProperty("violations").GetArrayLength());
    }

    [Fact]
    public async Task The_request_says_what_the_options_say()
    {
        BootRequest? seen = null;
        string trace = Path.ChangeExtension(Path.GetTempFileName(), ".json");
        await CommandRun.WithBootAsync((request, _) =>
        {
            seen = request;
            return Task.FromResult(new BootAnswer(SampleReports.Quiet, null));
        }, CancellationToken.None, "boot", "symmetric", "--protocol", "live", "--seed", "-42", "--force-repaint",
            "--trace", trace);
        Assert.Equal(("live", -42L, true, true), (seen!.Protocol, seen.Seed, seen.ForceRepaint, seen.Trace));
        Assert.Equal(("symmetric", BuiltInMachines.Find("symmetric")), (seen.Machine.File, seen.Machine.Json));
        File.Delete(trace);
    }

    [Theory]
    [InlineData("t.json", "{\"displayTimeUnit\"", true)]
    [InlineData("t.json", "{\"displayTimeUnit\"", false)]
    [InlineData("t.mmd", "sequenceDiagram", false)]
    public async Task A_trace_is_written_whole_and_nothing_is_left_beside_it(string name, string start, bool exists)
    {
        var directory = Directory.CreateTempSubdirectory("mmu");
        string path = Path.Combine(directory.FullName, name);
        if (exists)
            await File.WriteAllTextAsync(path, "old");
        var run = await CommandRun.WithReportAsync(SampleReports.Spin, "boot", "asymmetric", "--trace", path);
        Assert.Equal(ExitCode.Violated, run.Code);
        Assert.StartsWith(start, await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        Assert.Single(directory.GetFiles());
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trace_goes_through_a_link(bool exists)
    {
        var directory = Directory.CreateTempSubdirectory("mmu");
        string target = Path.Combine(directory.FullName, "target.json");
        string link = Path.Combine(directory.FullName, "link.json");
        if (exists)
            await File.WriteAllTextAsync(target, "old");
        File.CreateSymbolicLink(link, target);
        await CommandRun.WithReportAsync(SampleReports.Spin, "boot", "asymmetric", "--trace", link);
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.StartsWith("{", await File.ReadAllTextAsync(target), StringComparison.Ordinal);
        Assert.Equal(2, directory.GetFiles().Length);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_trace_in_a_folder_that_is_not_there_is_refused_by_its_name()
    {
        string path = Path.Combine("no-such-folder", "trace.json");

        var run = await CommandRun.WithReportAsync(SampleReports.Spin, "boot", "asymmetric", "--trace", path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(
            $"{path}: expected a file that can be written: there is no folder {Path.GetFullPath("no-such-folder")}",
            run.Error.TrimEnd());
    }

    [Fact]
    public async Task A_trace_of_too_many_stores_is_refused_behind_the_verdict()
    {
        var directory = Directory.CreateTempSubdirectory("mmu");
        string path = Path.Combine(directory.FullName, "t.log");
        var after = SampleReports.Spin.After with { Leaves = [new("4K", 33_554_433)] };
        var report = SampleReports.Spin with { After = after };

        var run = await CommandRun.WithReportAsync(report, "boot", "asymmetric", "--trace", path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("tlb-conflict", run.Out, StringComparison.Ordinal);
        Assert.Equal(
            $"--trace: expected a map of at most 33,554,432 leaves for {path}, found 33,554,433 (a trace in .json or "
            + ".mmd has one event for many)\n", run.Error);
        Assert.Empty(directory.GetFiles());
        directory.Delete();
    }

    [Fact]
    public async Task Memory_that_does_not_suffice_is_one_line()
    {
        var run = await CommandRun.WithBootAsync(
            (_, _) => throw new InsufficientMemoryException(), CancellationToken.None, "boot", "asymmetric");
        Assert.Equal(
            (ExitCode.BadInput,
                "mmu: expected a command that this machine's memory suffices for, found one that takes more\n"),
            (run.Code, run.Error));
    }

    [Fact]
    public async Task A_boot_that_fails_leaves_an_old_trace_as_it_was()
    {
        var directory = Directory.CreateTempSubdirectory("mmu");
        string path = Path.Combine(directory.FullName, "t.json");
        await File.WriteAllTextAsync(path, "old");
        var run = await CommandRun.WithBootAsync(
            (_, _) => throw new InvalidOperationException("a\nb"), CancellationToken.None,
            "boot", "asymmetric", "--trace", path);
        Assert.Equal(ExitCode.InternalError, run.Code);
        Assert.Equal("internal error: InvalidOperationException: a b (MMU_DEBUG=1 shows where)\n", run.Error);
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Single(directory.GetFiles());
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task An_error_that_only_the_silo_sees_is_bad_input()
    {
        var run = await CommandRun.WithBootAsync(
            (_, _) => Task.FromResult(new BootAnswer(null, "m.json:3: kernel: no")), CancellationToken.None,
            "boot", "symmetric");
        Assert.Equal((ExitCode.BadInput, "", "m.json:3: kernel: no\n"), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public async Task Cancellation_reaches_the_boot_and_ends_in_130()
    {
        using var cancel = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        var run = await CommandRun.WithBootAsync(async (_, token) =>
        {
            token.Register(reached.SetResult);
            await cancel.CancelAsync();
            // A silo that does not obey.
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return new BootAnswer(SampleReports.Quiet, null);
        }, cancel.Token, "boot", "symmetric");
        Assert.Equal((ExitCode.Cancelled, "", "cancelled\n"), (run.Code, run.Out, run.Error));
        await reached.Task;
    }

    [Fact]
    public void Progress_on_a_pipe_is_a_line_now_and_then()
    {
        var lines = new ProgressLines();
        Assert.Null(lines.Next(TimeSpan.FromSeconds(0.9), new("painting", 0, 0)));
        Assert.Equal("painting (1 s)", lines.Next(TimeSpan.FromSeconds(1), new("painting", 0, 0)));
        Assert.Null(lines.Next(TimeSpan.FromSeconds(5.9), new("splitting", 1, 2)));
        Assert.Equal(
            "splitting: 1,000 of 131,072 (6 s)", lines.Next(TimeSpan.FromSeconds(6), new("splitting", 1_000, 131_072)));
    }
}

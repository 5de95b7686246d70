using Orleans.Mmu.Checking.Replay;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Grains perform a counterexample event for event, and end where it ends.</summary>
[Collection(nameof(OneSilo))]
public sealed class ReplayTests(OneSilo lab)
{
    [Theory]
    [InlineData("spin", "2")]
    [InlineData("spin", "3")]
    [InlineData("spin", "4")]
    [InlineData("idmap-only", "3")]
    [InlineData("live", "3")]
    [InlineData("reserved-on-stack", "3")]
    public async Task A_counterexample_of_the_checker_ends_in_its_violation(string protocol, string cpus)
    {
        var checkedOnce = await CommandRun.WithoutSiloAsync("check", protocol, "--cpus", cpus, "--json");
        var script = ReplayFile.Parse("race.json", checkedOnce.Out);

        var report = await Replay(script);

        Assert.Equal(MachineOutcome.Replayed, report.Outcome);
        var violation = Assert.Single(report.Violations);
        Assert.Equal((script.Property, script.Cpu), (violation.Rule, violation.Cpu));
    }

    [Fact]
    public async Task A_CPU_that_may_abort_is_told_from_one_that_mixes()
    {
        var checkedOnce = await CommandRun.WithoutSiloAsync("check", "spin", "--levels", "3,2", "--json");

        var report = await Replay(ReplayFile.Parse("race.json", checkedOnce.Out));

        Assert.Equal("conflict-abort-possible", Assert.Single(report.Violations).Rule);
    }

    [Fact]
    public async Task Without_its_last_walk_it_ends_in_none()
    {
        var checkedOnce = await CommandRun.WithoutSiloAsync("check", "spin", "--json");
        var script = ReplayFile.Parse("race.json", checkedOnce.Out);
        int last = script.Actions.ToList().FindLastIndex(a => a.Walked is not null);

        var report = await Replay(script with { Actions = script.Actions.RemoveAt(last) });

        Assert.Empty(report.Violations);
    }

    [Theory]
    [InlineData("boot-cpu-level0", "protocol: expected one that grains perform (idmap-reserved, idmap-only, spin, "
        + "live, reserved-on-stack, epd1, epd1-no-flush), found \"boot-cpu-level0\"")]
    [InlineData("hot-remove-last-level", "protocol: expected one that grains perform (idmap-reserved, idmap-only, "
        + "spin, live, reserved-on-stack, epd1, epd1-no-flush), found \"hot-remove-last-level\"")]
    public async Task What_grains_cannot_perform_is_said(string protocol, string line)
    {
        var checkedOnce = await CommandRun.WithoutSiloAsync("check", protocol, "--json");

        Assert.Equal($"race.json:2: {line}",
            Assert.Throws<InputException>(() => ReplayFile.Parse("race.json", checkedOnce.Out)).Message);
    }

    [Theory]
    [InlineData("\"kind\": \"step\"", "\"kind\": \"leap\"", "counterexample[0].kind: expected step, store, walk or "
        + "violation, found \"leap\"")]
    [InlineData("\"code\": \"raise-flag\"", "\"code\": \"nop\"", "counterexample[0].code: expected the code of a "
        + "step, found \"nop\"")]
    [InlineData("\"cpu\": 0,", "\"cpu\": 7,", "counterexample[0].cpu: expected a whole number from 0 to 2, found 7")]
    [InlineData("\"violatingCpu\": 1", "\"violatingCpu\": -1", "violatingCpu: expected a whole number from 0 to 2, "
        + "found -1")]
    [InlineData("\"property\": \"tlb-conflict\"", "\"property\": \"endless-wait\"", "property: expected one that "
        + "grains can show")]
    [InlineData("\"counterexample\": [", "\"counterexample\": 5, \"other\": [", "counterexample: expected an array, "
        + "found 5")]
    [InlineData("\"counterexample\": [", "\"counterexample\": [], \"other\": [", "counterexample: expected an event "
        + "that grains perform, found none")]
    [InlineData("\"protocol\"", "protocol", "expected JSON")]
    public async Task A_file_that_was_changed_is_refused_with_its_line(string from, string to, string message)
    {
        string text = (await CommandRun.WithoutSiloAsync("check", "spin", "--json")).Out;
        int at = text.IndexOf(from, StringComparison.Ordinal);
        string changed = text[..at] + to + text[(at + from.Length)..];
        int line = 1 + text[..at].Count(c => c == '\n');

        var error = Assert.Throws<InputException>(() => ReplayFile.Parse("race.json", changed));

        Assert.StartsWith($"race.json:{line}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_events_of_another_protocol_are_none_of_this_one()
    {
        string text = (await CommandRun.WithoutSiloAsync("check", "spin", "--json")).Out;

        var error = Assert.Throws<InputException>(() => ReplayFile.Parse(
            "race.json",
            text.Replace("\"protocol\": \"spin\"", "\"protocol\": \"idmap-reserved\"", StringComparison.Ordinal)));

        Assert.Contains(
            "code: expected CPU 1 to perform \"msr ttbr0_el1, reserved_pg_dir\" (ttbr0:reserved), found \"count-in\"",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_an_earlier_version_has_texts_alone_and_is_read()
    {
        string text = (await CommandRun.WithoutSiloAsync("check", "spin", "--json")).Out;
        string old = WithoutCodes(text);
        Assert.NotEqual(text, old);

        Assert.Equal<ReplayAction>(
            ReplayFile.Parse("race.json", text).Actions, ReplayFile.Parse("race.json", old).Actions);
        var error = Assert.Throws<InputException>(() => ReplayFile.Parse(
            "race.json", old.Replace("\"flag = 1; smp_mb\"", "\"nop\"", StringComparison.Ordinal)));
        Assert.Contains("counterexample[0].step: expected a step, found \"nop\"", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_was_reworded_is_read_by_its_code()
    {
        string text = (await CommandRun.WithoutSiloAsync("check", "spin", "--json")).Out;
        string reworded = text.Replace(
            "\"step\": \"flag = 1; smp_mb\"", "\"step\": \"raise the flag\"", StringComparison.Ordinal);
        Assert.NotEqual(text, reworded);

        Assert.Equal<ReplayAction>(
            ReplayFile.Parse("race.json", text).Actions, ReplayFile.Parse("race.json", reworded).Actions);
    }

    [Fact]
    public async Task The_command_ends_in_the_violation_and_says_so_where_grains_do_not()
    {
        string folder = Directory.CreateTempSubdirectory("mmu").FullName;
        string file = Path.Combine(folder, "race.json");
        string text = (await CommandRun.WithoutSiloAsync("check", "spin", "--cpus", "2", "--json")).Out;
        await File.WriteAllTextAsync(file, text);
        var machine = lab.Grains;

        var ends = await CommandRun.WithBootAsync(
            async (request, token) => await machine.GetGrain<IMachineGrain>($"replay-{Guid.NewGuid():N}")
                .Boot(request, token), CancellationToken.None,
            "boot", "--replay", file);
        Assert.Equal((3, ""), (ends.Code, ends.Error));
        Assert.Contains(
            "tlb-conflict: CPU 1 (Neoverse-N1, BBM level 0) holds a 2M block and a 4K page for 0xffffff8000000000",
            ends.Out, StringComparison.Ordinal);

        await File.WriteAllTextAsync(
            file, text.Replace("\"violatingCpu\": 1", "\"violatingCpu\": 0", StringComparison.Ordinal));
        var other = await CommandRun.WithBootAsync(
            async (request, token) => await machine.GetGrain<IMachineGrain>($"replay-{Guid.NewGuid():N}")
                .Boot(request, token), CancellationToken.None,
            "boot", "--replay", file);
        Assert.Equal(1, other.Code);
        Assert.Equal(
            $"{file}: expected the grains to end in tlb-conflict on CPU 0, as the counterexample does, found that "
            + $"they did not\n", other.Error);
    }

    [Fact]
    public async Task The_command_line_takes_a_machine_or_a_counterexample()
    {
        var both = await CommandRun.WithoutSiloAsync("boot", "asymmetric", "--replay", "race.json");
        var missing = await CommandRun.WithoutSiloAsync("boot", "--replay", "no-such-race.json");
        var neither = await CommandRun.WithoutSiloAsync("boot");

        Assert.Equal(
            (1, "no-such-race.json: expected a counterexample, found no such file\n"), (missing.Code, missing.Error));
        Assert.Equal((1, "boot: expected a machine or --replay, found neither (see mmu boot --help)\n"),
            (neither.Code, neither.Error));
        Assert.Equal(1, both.Code);
    }

    private static string WithoutCodes(string json) => string.Join(
        '\n', json.Split('\n').Where(l => !l.TrimStart().StartsWith("\"code\":", StringComparison.Ordinal)));

    private async Task<BootReport> Replay(ReplayScript script)
    {
        var request =
            new BootRequest(new("race.json", script.MachineFile), script.Protocol, 1, ForceRepaint: true, Trace: false)
            {
                Replay = script.Actions,
            };
        var answer = await lab.Grains.GetGrain<IMachineGrain>($"replay-{Guid.NewGuid():N}")
            .Boot(request, CancellationToken.None);
        Assert.Null(answer.InputError);
        return answer.Report!;
    }
}

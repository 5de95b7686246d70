using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Scenarios;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu exercise, without a silo: what it asks for, and how it shows the answer.</summary>
public sealed class ExerciseCommandTests
{
    private static readonly ScenarioReport Quiet = new(
        "symmetric", "modules", 1, "block", 8, 192, 0, 885, 985_088,
        new([new("1G", 3), new("2M+CONT", 480)], [new(0, 1), new(1, 1)], 8192),
        new([new("2M", 1338), new("4K", 11_872)], [new(0, 1), new(1, 2), new(2, 5)], 32_768), [], []);

    private static readonly ScenarioReport Loud = Quiet with
    {
        Refused = 2,
        Warnings = [
            .. Enumerable.Range(0, 7).Select(i => new KeyValuePair<string, long>($"set_memory_ro: page {i}", i + 1))],
        Violations =
        [
            new("stale-write", 3, 0xffff_0000_3c39_4000, "CPU 3's store to 0xffff00003c394000 reached 0x7c394000",
                ["the tables forbid it"]),
        ],
    };

    [Theory]
    [InlineData("quiet", false)]
    [InlineData("loud", true)]
    public async Task The_report_as_text_and_as_json(string name, bool loud)
    {
        var report = loud ? Loud : Quiet;

        var text = await CommandRun.WithScenarioAsync(_ => new(report, null), "exercise", "symmetric");
        var json = await CommandRun.WithScenarioAsync(_ => new(report, null), "exercise", "symmetric", "--json");

        Assert.Equal(loud ? ExitCode.Violated : ExitCode.Done, text.Code);
        Assert.Equal(text.Code, json.Code);
        Golden.Check($"exercise-{name}", text.Out);
        Golden.Check($"exercise-{name}-json", json.Out);
    }

    [Fact]
    public async Task What_the_command_line_says_is_asked_for()
    {
        ScenarioRequest? asked = null;

        await CommandRun.WithScenarioAsync(r => { asked = r; return new(Quiet, null); },
            "exercise", "no-bbml2", "--scenario", "most-of-memory", "--seed", "7", "--without-flush");

        Assert.Equal(("no-bbml2", "most-of-memory", 7L, true),
            (asked!.Machine.Description.Name, asked.Scenario, asked.Seed, asked.LeaveOutFlush));
    }

    [Theory]
    [InlineData("exercise: expected a machine, found none (see mmu exercise --help)")]
    [InlineData("--scenario: expected modules, most-of-memory, secrets, parts or hotplug, found 'secret' (the nearest "
        + "is 'secrets') (see mmu exercise --help)", "symmetric", "--scenario", "secret")]
    [InlineData("--scenario: expected modules, most-of-memory, secrets, parts or hotplug, found 'nothing' (see mmu "
        + "exercise --help)", "symmetric", "--scenario", "nothing")]
    public async Task Wrong_usage_is_one_line(string line, params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(["exercise", .. args]);

        Assert.Equal((ExitCode.BadInput, "", line + "\n"), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public async Task What_the_silo_refuses_is_one_line()
    {
        var run = await CommandRun.WithScenarioAsync(
            _ => new(null, "symmetric: expected a machine that comes up, found Panic"), "exercise", "symmetric");

        Assert.Equal((ExitCode.BadInput, "", "symmetric: expected a machine that comes up, found Panic\n"),
            (run.Code, run.Out, run.Error));
    }

    [Fact]
    public async Task The_scenarios_are_listed()
    {
        var run = await CommandRun.WithoutSiloAsync("exercise", "--list");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(["modules", "most-of-memory", "secrets", "parts", "hotplug"],
            run.Out.TrimEnd().Split('\n').Select(l => l.Split(' ')[0]));
    }
}

using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Speculation.Scenarios;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A running kernel changes permissions while every CPU loads and stores.</summary>
[Collection(nameof(OneSilo))]
public sealed class ScenarioTests(OneSilo lab)
{
    public static TheoryData<string, string> Everywhere
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string machine in (string[])["symmetric", "asymmetric", "no-bbml2"])
            {
                foreach (var scenario in Scenario.All)
                    data.Add(machine, scenario.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Nothing_goes_wrong(string machine, string scenario)
    {
        var report = await Run(Few(machine), scenario, 1);

        Assert.Empty(report.Violations);
        Assert.Empty(report.Warnings);
        Assert.Equal(0, report.Refused);
        Assert.True(report.Accesses > 100 * report.Cpus);
    }

    [Theory]
    [InlineData("4K", 39)]
    [InlineData("4K", 52)]
    [InlineData("16K", 47)]
    [InlineData("16K", 36)]
    [InlineData("64K", 48)]
    [InlineData("64K", 42)]
    public async Task Nor_with_other_pages_and_addresses(string pageSize, int vaBits)
    {
        string json = Few("symmetric")
            .Replace("\"pageSize\": \"4K\"", $"\"pageSize\": \"{pageSize}\"", StringComparison.Ordinal)
            .Replace("\"vaBits\": 48", $"\"vaBits\": {vaBits}", StringComparison.Ordinal)
            .Replace("0x4341e000", "0x43420000", StringComparison.Ordinal);
        foreach (var scenario in Scenario.All)
            Assert.Empty((await Run(json, scenario.Name, 1)).Violations);
    }

    [Theory]
    [InlineData("6.17", "full")]
    [InlineData("6.17", "on")]
    [InlineData("6.17", "off")]
    [InlineData("6.18", "on")]
    [InlineData("6.18", "noalias")]
    [InlineData("6.18", "off")]
    [InlineData("7.3", "on")]
    [InlineData("7.3", "noalias")]
    [InlineData("7.3", "off")]
    [InlineData("7.3", "full")]
    public async Task Nor_with_any_rodata(string version, string rodata)
    {
        string json = Few("symmetric")
            .Replace("\"version\": \"7.3\"", $"\"version\": \"{version}\"", StringComparison.Ordinal)
            .Replace("\"commandLine\": \"\"", $"\"commandLine\": \"rodata={rodata}\"", StringComparison.Ordinal);

        Assert.Empty((await Run(json, Scenario.Modules.Name, 1)).Violations);
    }

    [Fact]
    public async Task Most_of_memory_is_split_to_pages_and_stays_so()
    {
        var report = await Run(Few("symmetric"), Scenario.MostOfMemory.Name, 1);

        Assert.Contains(report.Before.Leaves, l => l.Key == "2M+CONT");
        Assert.DoesNotContain(report.After.Leaves, l => l.Key == "2M+CONT");
        Assert.True(report.After.TableBytes > report.Before.TableBytes);
    }

    [Fact]
    public async Task Without_its_flush_a_call_lets_somebody_store_through_a_stale_entry_for_every_seed()
    {
        for (long seed = 1; seed <= 6; seed++)
        {
            var without = await Run(Few("symmetric"), Scenario.Modules.Name, seed, leaveOutFlush: true);

            var stale = without.Violations.First(v => v.Rule == Property.StaleWrite.Name);
            Assert.Contains("the tables forbid it: the CPU's TLB still holds what they said before", stale.Explanation);
            Assert.Equal(0, without.Flushes);
        }
    }

    [Theory]
    [InlineData("7.0", true)]
    [InlineData("7.1", false)]
    public async Task A_removal_that_flushes_members_leaves_translations_of_removed_memory_behind(
        string version, bool stale)
    {
        // What 7.0 does wrong with invalid blocks is not the matter here.
        string json = Few("symmetric").Replace("\"version\": \"7.3\"",
            $"\"version\": \"{version}\", \"fixes\": [\"invalid-block-unseen\"]", StringComparison.Ordinal);

        var report = await Run(json, Scenario.Hotplug.Name, 1);

        Assert.Equal(stale ? [Property.StaleTranslation.Name] : [], report.Violations.Select(v => v.Rule).Distinct());
        Assert.Equal(0, report.Refused);
        Assert.Equal((await Run(Few("symmetric"), Scenario.Hotplug.Name, 1)).Calls, report.Calls);
    }

    [Fact]
    public async Task Without_its_flush_a_removal_leaves_translations_behind_on_every_kernel()
    {
        var report = await Run(Few("symmetric"), Scenario.Hotplug.Name, 1, leaveOutFlush: true);

        Assert.Contains(report.Violations, v => v.Rule == Property.StaleTranslation.Name);
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_calls() =>
        Assert.Equivalent(await Run(Few("symmetric"), Scenario.Modules.Name, 5),
            await Run(Few("symmetric"), Scenario.Modules.Name, 5));

    [Fact]
    public async Task A_scenario_that_there_is_not_is_refused()
    {
        var answer = await lab.Grains.GetGrain<IScenarioGrain>($"test-{Guid.NewGuid():N}")
            .Run(new(new("test", Few("symmetric")), "nothing", 1, 16, false), CancellationToken.None);

        Assert.Equal(
            (null, "\"nothing\" is no scenario; expected one of modules, most-of-memory, secrets, parts, hotplug"),
            (answer.Report, answer.InputError));
    }

    [Fact]
    public async Task Once_a_scenario_is_over_a_caller_whose_answer_was_lost_is_told_to_ask_again()
    {
        var grain = lab.Grains.GetGrain<IScenarioGrain>($"test-{Guid.NewGuid():N}");
        var request = new ScenarioRequest(new("test", Few("symmetric")), Scenario.Parts.Name, 1, 16, false);
        var first = await grain.Run(request, CancellationToken.None);

        Assert.True((await grain.GetProgress(CancellationToken.None)).IsWaiting);
        Assert.Equivalent(first, await grain.Run(request, CancellationToken.None));
    }

    private async Task<ScenarioReport> Run(string json, string scenario, long seed, bool leaveOutFlush = false)
    {
        var answer = await lab.Grains.GetGrain<IScenarioGrain>($"test-{Guid.NewGuid():N}")
            .Run(new(new("test", json), scenario, seed, Accesses: 96, leaveOutFlush), CancellationToken.None);
        Assert.Null(answer.InputError);
        return answer.Report!;
    }

    // Scenarios are many calls with an answer of each CPU to each: three or four CPUs show what eight do.
    private static string Few(string builtIn) => Lab.Small(builtIn)
        .Replace("\"count\": 8", "\"count\": 3", StringComparison.Ordinal)
        .Replace("\"count\": 4", "\"count\": 2", StringComparison.Ordinal);
}

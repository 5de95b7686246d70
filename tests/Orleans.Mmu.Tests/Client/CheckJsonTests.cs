using System.Text.Json;

namespace Orleans.Mmu.Tests.Client;

/// <summary>The JSON of mmu check: the names and counts that programs rely on.</summary>
public sealed class CheckJsonTests
{
    [Fact]
    public async Task The_JSON_of_a_violation_has_the_names_that_others_rely_on()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "spin", "--cpus", "2", "--json");
        var json = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal(3, run.Code);
        Assert.Equal("spin", json.GetProperty("protocol").GetString());
        Assert.Equal(2, json.GetProperty("cpus").GetInt32());
        Assert.Equal("violated", json.GetProperty("verdict").GetString());
        Assert.Equal("tlb-conflict", json.GetProperty("property").GetString());
        Assert.True(json.GetProperty("exact").GetBoolean());
        Assert.True(json.GetProperty("symmetry").GetBoolean());
        Assert.True(json.GetProperty("states").GetInt64() > 10);
        Assert.True(json.GetProperty("transitions").GetInt64() > 10);
        Assert.True(json.GetProperty("seconds").GetDouble() >= 0);
        Assert.Equal([3, 0], json.GetProperty("levels").EnumerateArray().Select(l => l.GetInt32()));
        var events = json.GetProperty("counterexample").EnumerateArray().ToList();
        Assert.All(events, e => Assert.True(
            e.TryGetProperty("cpu", out _) && e.TryGetProperty("action", out _) && e.TryGetProperty("rule", out _)));
        Assert.Equal("violation", events[^1].GetProperty("kind").GetString());
        Assert.Equal(1, json.GetProperty("violatingCpu").GetInt32());
        Assert.Contains("\"name\": \"toy\"", json.GetProperty("machineFile").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_of_mutants_and_of_any_number_of_CPUs_does_too()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "set-memory-ro", "--any-cpus", "--mutants", "--json");
        var json = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal(0, run.Code);
        Assert.Equal("any", json.GetProperty("cpus").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("counterexample").ValueKind);
        var mutants = json.GetProperty("mutants").EnumerateArray().ToList();
        Assert.True(mutants.Count > 20);
        foreach (var mutant in mutants)
        {
            bool violated = mutant.GetProperty("verdict").GetString() == "violated";
            Assert.Matches("^(bootCpu|secondaries)$", mutant.GetProperty("role").GetString());
            Assert.NotEmpty(mutant.GetProperty("step").GetString()!);
            Assert.Equal(
                violated ? JsonValueKind.String : JsonValueKind.Null, mutant.GetProperty("property").ValueKind);
            Assert.Equal(violated ? JsonValueKind.Number : JsonValueKind.Null, mutant.GetProperty("length").ValueKind);
        }
    }

    [Fact]
    public async Task The_reference_systems_count_as_they_should()
    {
        var run = await CommandRun.WithoutSiloAsync(
            "check", "reference-live", "--cpus", "2", "--two-step", "--symmetry", "off", "--json");
        var json = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal(3, run.Code);
        Assert.Equal(37_657, json.GetProperty("states").GetInt64());
        Assert.NotEmpty(json.GetProperty("counterexample").EnumerateArray());
    }

    [Theory]
    [InlineData("reference-park", 4, "notDecided")]
    [InlineData("reference-live", 3, "violated")]
    public async Task There_is_no_proof_for_any_number_of_the_reference_systems(string name, int code, string verdict)
    {
        var run = await CommandRun.WithoutSiloAsync("check", name, "--any-cpus", "--json");
        var json = JsonDocument.Parse(run.Out).RootElement;

        Assert.Equal(code, run.Code);
        Assert.Equal(("any", verdict), (json.GetProperty("cpus").GetString(), json.GetProperty("verdict").GetString()));
        Assert.Equal(
            "cpus", Assert.Single(json.GetProperty("notes").EnumerateArray()).GetProperty("property").GetString());
    }
}

using System.Text.Json;
using System.Xml.Linq;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Tests.Client;

/// <summary>--junit and --sarif: what CI systems read agrees with what the command says.</summary>
public sealed class CaseReportTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_folder_has_a_case_for_each_test_and_results_for_those_that_are_not_as_expected()
    {
        Copy("tests/litmus");
        string wrong = Path.Combine(_directory.FullName, "wrong.litmus");
        await File.WriteAllTextAsync(wrong, "not a litmus test");

        var (code, junit, sarif) = await RunAsync("check", _directory.FullName);

        Assert.Equal(ExitCode.BadInput, code);
        var suite = junit.Root!.Element("testsuite")!;
        int files = _directory.GetFiles("*.litmus").Length;
        Assert.Equal(files, (int)suite.Attribute("tests")!);
        Assert.Equal(files, suite.Elements("testcase").Count());
        Assert.Equal(1, (int)suite.Attribute("errors")!);
        Assert.Equal(suite.Descendants("failure").Count(), (int)suite.Attribute("failures")!);
        Assert.Equal(suite.Descendants("failure").Count(), sarif.GetProperty("results").GetArrayLength());
        Assert.False(Invocation(sarif).GetProperty("executionSuccessful").GetBoolean());
    }

    [Theory]
    [InlineData("spin", ExitCode.Violated, "tlb-conflict")]
    [InlineData("idmap-reserved", ExitCode.Done, null)]
    public async Task One_protocol_is_one_case(string protocol, int expected, string? property)
    {
        var (code, junit, sarif) = await RunAsync("check", protocol);

        Assert.Equal(expected, code);
        var test = Assert.Single(junit.Descendants("testcase"));
        Assert.Equal(property, (string?)test.Element("failure")?.Attribute("type"));
        Assert.Equal(
            property is null ? [] : [property],
            sarif.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("ruleId").GetString()!));
        Assert.True(Invocation(sarif).GetProperty("executionSuccessful").GetBoolean());
    }

    [Fact]
    public async Task What_is_not_decided_is_an_error_and_no_result()
    {
        var (code, junit, sarif) = await RunAsync("check", "reference-park", "--cpus", "6", "--memory", "1");

        Assert.Equal(ExitCode.NotDecided, code);
        Assert.Equal("not-decided", (string?)Assert.Single(junit.Descendants("error")).Attribute("type"));
        Assert.Equal(0, sarif.GetProperty("results").GetArrayLength());
        Assert.False(Invocation(sarif).GetProperty("executionSuccessful").GetBoolean());
    }

    [Fact]
    public async Task Lint_names_the_line_and_Arms_rule()
    {
        string trace = Path.Combine(_directory.FullName, "race.log");
        await CommandRun.WithoutSiloAsync("check", "spin", "--trace", trace);

        var (code, junit, sarif) = await RunAsync("lint", trace);

        Assert.Equal(ExitCode.Violated, code);
        var test = Assert.Single(junit.Descendants("testcase"));
        Assert.Equal("R_FVQCK", (string?)test.Element("failure")!.Attribute("type"));
        var result = Assert.Single(sarif.GetProperty("results").EnumerateArray());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal((int)test.Attribute("line")!, place.GetProperty("region").GetProperty("startLine").GetInt32());
        var rules = sarif.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        Assert.Equal("R_FVQCK", rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{ "version": "2.1.1", "runs": [] }""")]
    [InlineData("""{ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "mmu" } }, "result": [] }] }""")]
    public void The_schema_of_SARIF_objects_to_what_is_no_log(string log) =>
        Assert.NotEmpty(SarifSchema.Objections(JsonDocument.Parse(log).RootElement));

    [Fact]
    public async Task A_file_that_cannot_be_written_is_said_before_the_work()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "spin", "--junit", _directory.FullName);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal($"{_directory.FullName}: expected a file to write, found a directory\n", run.Error);
    }

    private static JsonElement Invocation(JsonElement run) => run.GetProperty("invocations")[0];

    private async Task<(int Code, XDocument Junit, JsonElement Sarif)> RunAsync(params string[] args)
    {
        string junit = Path.Combine(_directory.FullName, "report.xml");
        string sarif = Path.Combine(_directory.FullName, "report.sarif");
        var run = await CommandRun.WithoutSiloAsync([.. args, "--junit", junit, "--sarif", sarif]);
        var log = JsonDocument.Parse(await File.ReadAllTextAsync(sarif)).RootElement;
        Assert.Equal("2.1.0", log.GetProperty("version").GetString());
        SarifSchema.AssertFollowedBy(log);
        return (run.Code, XDocument.Load(junit), log.GetProperty("runs")[0]);
    }

    private void Copy(string folder)
    {
        string from = Path.Combine(Repository.Root, folder);
        foreach (string file in Directory.GetFiles(from, "*.litmus", SearchOption.AllDirectories).Take(8))
            File.Copy(file, Path.Combine(_directory.FullName, Path.GetFileName(file)));
    }
}

using System.Text.Json;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// Litmus tests of Arm's catalogue: the machine reaches exactly the final states that Arm's own model allows.
/// </summary>
public class ArmAgreementTests
{
    private static readonly Lazy<JsonDocument> Expected =
        new(() => JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedFolder.Of("litmus"), "expected.json"))));

    public static TheoryData<string, bool> Files
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string file in SharedFolder.Files("litmus", "*.litmus"))
            {
                data.Add(file, false);
                data.Add(file, true);
            }

            return data;
        }
    }

    [SharedTheory("litmus")]
    [MemberData(nameof(Files))]
    public void FinalStatesAreThoseOfArmsModel(string file, bool ets2)
    {
        var expected = Expected.Value.RootElement.GetProperty(file);
        var mode = expected.GetProperty(ets2 ? "ets2" : "noEts");
        var test = LitmusReader.Parse(file, File.ReadAllText(Path.Combine(SharedFolder.Of("litmus"), file)));

        var result = LitmusExecution.Run(
            test, ets2, inOrder: true, LitmusExecution.UsualMemory, CancellationToken.None);

        Assert.Equal(expected.GetProperty("name").GetString(), result.Test.Name);
        Assert.Equal(Strings(mode.GetProperty("states")), result.States);
        Assert.Equal(Strings(expected.GetProperty("flags")), result.Flags);
        Assert.Equal(mode.GetProperty("obs").GetString(), result.Observation);
    }

    [SharedFact("litmus")]
    public void AllOfThemAreThere() => Assert.Equal(122, SharedFolder.Files("litmus", "*.litmus").Count());

    private static IEnumerable<string?> Strings(JsonElement array) =>
        array.EnumerateArray().Select(e => e.GetString()).Order(StringComparer.Ordinal);
}

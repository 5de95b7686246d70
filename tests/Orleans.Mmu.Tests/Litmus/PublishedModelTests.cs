using System.Text.Json;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// Litmus tests of Arm's catalogue against Arm's model as it is published. No state and no flag is added; how many
/// state sets are equal and how many tests are refused is a table that may only improve.
/// </summary>
public class PublishedModelTests
{
    // Refused: what fetches instructions or has memory tags, and one access of 16 bits.
    [SharedTheory("litmus-more")]
    [InlineData("litmus", false, false, 122, 122, 0)]
    [InlineData("litmus", true, false, 122, 122, 0)]
    [InlineData("litmus-more", false, false, 375, 360, 15)]
    [InlineData("litmus-more", true, false, 375, 360, 15)]
    [InlineData("litmus", false, true, 122, 101, 0)]
    [InlineData("litmus", true, true, 122, 106, 0)]
    [InlineData("litmus-more", false, true, 375, 331, 15)]
    [InlineData("litmus-more", true, true, 375, 320, 15)]
    public void NothingIsAddedToWhatArmsModelAllows(
        string folder, bool ets2, bool inOrder, int tests, int equal, int refused)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedFolder.Of(folder), "arm.json")));
        var added = new List<string>();
        int all = 0, equals = 0, refusals = 0;
        foreach (string file in SharedFolder.Files(folder, "*.litmus"))
        {
            all++;
            var arm = expected.RootElement.GetProperty(file);
            try
            {
                var found = LitmusExecution.Run(
                    LitmusReader.Parse(file, File.ReadAllText(Path.Combine(SharedFolder.Of(folder), file))), ets2,
                    inOrder, LitmusExecution.UsualMemory, CancellationToken.None);
                var states = Strings(arm.GetProperty(ets2 ? "ets2" : "noEts").GetProperty("states"));
                added.AddRange(found.States.Select(s => s.Trim()).Except(states).Select(s => $"{file}: {s}"));
                added.AddRange(
                    found.Flags.Except(Strings(arm.GetProperty("flags"))).Select(f => $"{file}: {f}"));
                equals += found.States.Length == states.Count ? 1 : 0;
            }
            catch (InputException)
            {
                refusals++;
            }
        }

        Assert.Empty(added);
        Assert.Equal(tests, all);
        Assert.InRange(equals, equal, tests);
        Assert.InRange(refusals, 0, refused);
    }

    private static HashSet<string> Strings(JsonElement array) =>
        [.. array.EnumerateArray().Select(e => e.GetString()!.Trim())];
}

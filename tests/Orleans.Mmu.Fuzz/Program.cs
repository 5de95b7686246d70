using System.CommandLine;
using Orleans.Mmu.Fuzz;
using Orleans.Mmu.Fuzz.Judgement;

// What every command line and every input of mmu must come to, tried with wrong ones from seeds.
var seed = new Option<long>("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
var cases = new Option<int?>("--cases") { Description = "Cases to run; 1 repeats the case of a seed." };
var minutes = new Option<double?>("--minutes") { Description = "No further case begins after this time." };
var keep = new Option<string>("--keep")
{
    Description = "The folder for failing cases.",
    DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "mmu-fuzz"),
};
var root = new RootCommand("Tries mmu with wrong inputs and wrong command lines.") { seed, cases, minutes, keep };
root.SetAction(async (parsed, token) =>
{
    int? count = parsed.GetValue(cases) ?? (parsed.GetValue(minutes) is null ? 1000 : null);
    TimeSpan? length = parsed.GetValue(minutes) is { } m ? TimeSpan.FromMinutes(m) : null;
    var campaign = new Campaign(new FailureFolder(Path.GetFullPath(parsed.GetRequiredValue(keep))), Console.Out);
    // A case may name a file without a folder, and mmu may write there.
    using var folder = new CaseFolder();
    Environment.CurrentDirectory = folder.Path;
    return await campaign.RunAsync(parsed.GetValue(seed), count, length, token) ? 0 : 3;
});
return await root.Parse(args).InvokeAsync();

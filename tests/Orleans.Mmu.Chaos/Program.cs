using System.CommandLine;
using Orleans.Mmu.Chaos.Crashes;
using Orleans.Mmu.Chaos.Network;
using Orleans.Mmu.Chaos.Searches;
using Orleans.Mmu.Grains.Options;

// What a cluster must survive, from seeds: silos that are killed in the middle of a boot or a search, and a hostile
// network.
if (args is ["silo", .. var settings])
    return await CrashSilo.RunAsync(settings);

var seed = new Option<long>("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
var runs = new Option<int>("--runs") { Description = "Silos to kill.", DefaultValueFactory = _ => 500 };
var silos = new Option<int>("--silos") { Description = "Of the cluster.", DefaultValueFactory = _ => 2 };
var spread = new Option<MachineSpread>("--placement")
{
    Description = "Together or Spread.",
    DefaultValueFactory = _ => MachineSpread.Spread,
};
var crash = new Command(
    "crash", "Kills silos (kill -9) in the middle of boots, at moments that follow from seeds.") { runs, seed };
crash.SetAction(async (parsed, token) =>
    await CrashCampaign.RunAsync(parsed.GetValue(runs), parsed.GetValue(seed), Console.Out, Console.Error, token) ? 0
        : 3);
var repeat = new Command("repeat-crash", "One crash by its seed.") { seed, silos, spread };
repeat.SetAction(async (parsed, token) =>
    await CrashCampaign.RepeatAsync(
        parsed.GetValue(seed), parsed.GetValue(silos), parsed.GetValue(spread), Console.Out, token) ? 0 : 3);
var searchRuns = new Option<int>("--runs")
{
    Description = "Searches with a silo killed.",
    DefaultValueFactory = _ => 100,
};
var searches = new Command(
    "searches", "Kills silos (kill -9) in the middle of mmu check, at moments that follow from seeds.")
    { searchRuns, seed };
searches.SetAction(async (parsed, token) =>
    await SearchCampaign.RunAsync(
        parsed.GetValue(searchRuns), parsed.GetValue(seed), Console.Out, Console.Error, token) ? 0 : 3);
var minutes = new Option<double>("--minutes") { Description = "How long.", DefaultValueFactory = _ => 10 };
var network =
    new Command(
        "network", "Boots machines over a hostile network: messages late, twice, out of order, lost; silos cut off "
        + "from each other.") { minutes, seed };
network.SetAction(async (parsed, token) =>
    (await HostileCampaign.RunAsync(TimeSpan.FromMinutes(parsed.GetValue(minutes)), atLeast: 1,
        parsed.GetValue(seed), Console.Out, Console.Error, token)).Wrong.Count == 0 ? 0 : 3);
return await new RootCommand("Chaos for clusters of Orleans.Mmu.") { crash, repeat, network, searches }
    .Parse(args).InvokeAsync();

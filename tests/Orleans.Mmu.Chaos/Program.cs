using System.CommandLine;
using Orleans.Mmu.Chaos.Crashes;
using Orleans.Mmu.Chaos.Freezes;
using Orleans.Mmu.Chaos.Held;
using Orleans.Mmu.Chaos.Memory;
using Orleans.Mmu.Chaos.Moments;
using Orleans.Mmu.Chaos.Network;
using Orleans.Mmu.Chaos.Overload;
using Orleans.Mmu.Chaos.Searches;
using Orleans.Mmu.Grains.Options;

// What a cluster must survive, from seeds: silos that are killed in the middle of a boot or a search, and a hostile
// network.
if (args is ["silo", .. var settings])
    return await CrashSilo.RunAsync(settings);
if (args is ["moment-silo", .. var momentSettings])
    return await MomentSilo.RunAsync(momentSettings);

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
    await CrashCampaign.RunAsync(CrashCampaign.Clusters, parsed.GetValue(runs), parsed.GetValue(seed), Console.Out,
        Console.Error, token) ? 0 : 3);
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
var machines = new Option<int>("--machines") { Description = "Machines to boot.", DefaultValueFactory = _ => 40 };
var idle = new Option<double>("--idle") { Description = "Idle minutes.", DefaultValueFactory = _ => 5 };
var memory = new Command("memory", "Prints a silo's resident memory before, after and long after boots.")
{
    machines, idle,
};
memory.SetAction((parsed, token) => MemoryCampaign.RunAsync(
    parsed.GetValue(machines), TimeSpan.FromMinutes(parsed.GetValue(idle)), Console.Out, token));
var trials = new Option<int>("--trials") { Description = "Freezes to try.", DefaultValueFactory = _ => 100 };
var longest = new Option<double>("--minutes")
{
    Description = "No further trial begins after this time.",
    DefaultValueFactory = _ => 600,
};
var freezes = new Command(
    "freezes", "Stops the silos of coordinators (SIGSTOP) in phases of a repaint, and lets them go on (SIGCONT) when "
    + "others have taken the run up.") { trials, longest, seed };
freezes.SetAction(async (parsed, token) =>
    await FreezeCampaign.RunAsync(parsed.GetValue(trials), TimeSpan.FromMinutes(parsed.GetValue(longest)),
        parsed.GetValue(seed), Console.Out, Console.Error, token) ? 0 : 3);
var repeatFreeze = new Command("repeat-freeze", "One freeze by its seed.") { seed, silos, spread };
repeatFreeze.SetAction(async (parsed, token) =>
    await FreezeCampaign.RepeatAsync(
        parsed.GetValue(seed), parsed.GetValue(silos), parsed.GetValue(spread), Console.Out, token) ? 0 : 3);
var redis = new Command(
    "redis", "Kills the Redis server (kill -9) in phases of a repaint and starts it again.") { trials, seed };
redis.SetAction(async (parsed, token) =>
    await HeldCampaign.RedisAsync(
        parsed.GetValue(trials), parsed.GetValue(seed), Console.Out, Console.Error, token) ? 0 : 3);
var clocks = new Command("clocks", "Sets clocks of silos forward and back in phases of a repaint.") { trials, seed };
clocks.SetAction(async (parsed, token) =>
    await HeldCampaign.ClocksAsync(
        parsed.GetValue(trials), parsed.GetValue(seed), Console.Out, Console.Error, token) ? 0 : 3);
var resets = new Command("resets", "Breaks connections of silos and clients in phases of a repaint.") { trials, seed };
resets.SetAction(async (parsed, token) =>
    await HeldCampaign.ResetsAsync(
        parsed.GetValue(trials), parsed.GetValue(seed), Console.Out, Console.Error, token) ? 0 : 3);
var attacks = new Command("attacks", "Clients that mean harm, at every gateway, in phases of a repaint.")
{
    trials, seed,
};
attacks.SetAction(async (parsed, token) =>
    await HeldCampaign.AttacksAsync(
        parsed.GetValue(trials), parsed.GetValue(seed), Console.Out, Console.Error, token) ? 0 : 3);
var boots = new Option<int>("--boots") { Description = "That begin at once.", DefaultValueFactory = _ => 60 };
var overload = new Command("overload", "More boots at once than the silos admit.") { boots, seed };
overload.SetAction(async (parsed, token) =>
    await OverloadCampaign.RunAsync(parsed.GetValue(boots), parsed.GetValue(seed), Console.Out, token) ? 0 : 3);
return await new RootCommand("Chaos for clusters of Orleans.Mmu.")
{
    crash, repeat, network, freezes, repeatFreeze, redis, clocks, resets, attacks, overload, memory, searches,
}.Parse(args).InvokeAsync();

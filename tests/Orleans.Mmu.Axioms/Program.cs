using System.CommandLine;
using Orleans.Mmu.Axioms.Comparison;
using Orleans.Mmu.Axioms.Generation;
using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Reading;
using Orleans.Mmu.Axioms.Search;
using Orleans.Mmu.Axioms.Writing;

// An oracle of Arm's published memory model that shares no code with the litmus machine.
var folder = new Argument<DirectoryInfo>("folder") { Description = "Public tests, with a JSON file of their states." };
var name = new Option<string>("--name") { Description = "Part of a test's name.", DefaultValueFactory = _ => "" };
var states = new Option<string>("--states")
{
    Description = "The file of states.",
    DefaultValueFactory = _ => "arm.json",
};
var inOrder = new Option<bool>("--in-order") { Description = "Accesses and faults of a CPU in program order." };
var calibrate = new Command("calibrate", "Compares the oracle with the published states of public tests.")
{
    folder, name, states, inOrder,
};
calibrate.SetAction(parsed => PublicReport.Write(
    PublicStates.Compare(
        parsed.GetValue(folder)!.FullName, parsed.GetValue(states)!, parsed.GetValue(inOrder),
        test => test.Contains(parsed.GetValue(name)!, StringComparison.Ordinal)), Console.Out) ? 0 : 3);

var file = new Argument<FileInfo>("file") { Description = "A litmus test." };
var ets2 = new Option<bool>("--ets2") { Description = "CPUs have FEAT_ETS2." };
var show = new Command("states", "Prints the states that the axioms allow.") { file, ets2, inOrder };
show.SetAction(parsed =>
{
    var program = ProgramText.Read(File.ReadAllText(parsed.GetValue(file)!.FullName));
    foreach (var state in Oracle.States(program, new ModelMode(parsed.GetValue(ets2), parsed.GetValue(inOrder)))
                 .Order(StringComparer.Ordinal))
        Console.WriteLine(state);
});

var seed = new Option<ulong>("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
var programs = new Option<int>("--programs") { Description = "How many.", DefaultValueFactory = _ => 100 };
var extras = new Option<Extras>("--extras") { Description = "What programs may have besides the usual." };
var mmu = new Option<string>("--mmu") { Description = "The program mmu, or its mmu.dll.", Required = true };
var option = new Option<string[]>("--option")
{
    Description = "An option more for mmu litmus.",
    DefaultValueFactory = _ => [],
};
var keep = new Option<string?>("--keep") { Description = "A folder for the programs that differ." };
var random = new Command("random", "Compares mmu litmus with the oracle on random programs, in both modes.")
{
    seed, programs, extras, inOrder, mmu, option, keep,
};
random.SetAction(async (parsed, token) => await RandomComparison.RunAsync(
    parsed.GetValue(mmu)!, parsed.GetValue(seed), parsed.GetValue(programs), parsed.GetValue(extras),
    parsed.GetValue(inOrder), parsed.GetValue(option)!, parsed.GetValue(keep), Console.Out, token) == 0 ? 0 : 3);

var print = new Command("print", "Prints random programs as litmus tests.") { seed, programs, extras };
print.SetAction(parsed =>
{
    foreach (var program in RandomComparison.Generate(
                 parsed.GetValue(seed), parsed.GetValue(programs), parsed.GetValue(extras)))
        Console.WriteLine(LitmusWriter.Text(program));
});

return await new RootCommand("The axioms of Arm's memory model, by themselves.") { calibrate, show, random, print }
    .Parse(args).InvokeAsync();

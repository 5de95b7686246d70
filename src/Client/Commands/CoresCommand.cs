using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu cores: the known cores, and since when kernels let them split live.</summary>
internal static class CoresCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document." };
        var command = new Command("cores",
            "Lists the known cores: MIDR, BBM level, since which kernel they may split live, TLBs.") { json };
        command.SetAction(parsed =>
        {
            terminal.Out.Write(parsed.GetValue(json) ? CoresJson.Render() : CoresText.Render());
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output, "mmu cores", "mmu cores --json"));
        return command;
    }
}

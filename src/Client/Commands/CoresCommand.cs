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
        var list = new Option<bool>("--list") { Description = "List all, as without an option." };
        var json = JsonOption.Create();
        var command = new Command("cores",
            "Lists the known cores: MIDR, BBM level, since which kernel they may split live, TLBs.") { list, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
                terminal.Out.Write(CoresJson.Render());
            else
                terminal.WriteText(CoresText.Render(terminal.Style));
            return ExitCode.Done;
        });
        HelpSections.AddTo(command, output => HelpSections.WriteExamples(output, "mmu cores", "mmu cores --json"));
        return command;
    }
}

using System.CommandLine;
using Orleans.Mmu.Checking.Museum;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu museum: bugs of released kernels, each shown with and without its fix.</summary>
internal static class MuseumCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("BUG")
        {
            HelpName = "BUG",
            Description = "The mistake to show; all are listed without it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var isFixed = new Option<bool>("--fixed") { Description = "The same kernel with only that mistake fixed." };
        var list = new Option<bool>("--list") { Description = "List the mistakes, as without a name." };
        var json = JsonOption.Create();
        name.CompletionSources.Add(
            _ => Exhibit.All.Select(e => new System.CommandLine.Completions.CompletionItem(e.Bug.Name)));
        var command = new Command(
            "museum", "Shows mistakes that released kernels made with their linear map.") { name, isFixed, list, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(name) is not { } wanted)
            {
                if (parsed.GetValue(isFixed))
                    throw new UsageException(
                        "museum: expected the name of a mistake with --fixed, found none (see mmu museum)");
                if (parsed.GetValue(json))
                    terminal.Out.Write(MuseumJson.List());
                else
                    terminal.WriteText(MuseumText.List());
                return ExitCode.Done;
            }

            if (parsed.GetValue(list))
                throw new UsageException($"--list: expected no mistake beside it, found {GivenValue.Quoted(wanted)}");
            var exhibit = Exhibit.Find(wanted)
                ?? throw new UsageException(
                    $"museum: expected a mistake that mmu museum lists, found "
                    + GivenValue.Quoted(wanted, Exhibit.All.Select(e => e.Bug.Name)));
            var scene = exhibit.Play(parsed.GetValue(isFixed));
            if (parsed.GetValue(json))
                terminal.Out.Write(MuseumJson.Render(exhibit, scene));
            else
                terminal.WriteText(MuseumText.Scene(exhibit, scene, terminal.Style));
            return VerdictWords.Of(scene.Violations.Count > 0).Code();
        });
        HelpSections.AddTo(command, output =>
        {
            HelpSections.WriteLocalExitCodes(output);
            HelpSections.WriteExamples(
                output, "mmu museum", "mmu museum hot-remove-cuts-leaf", "mmu museum hot-remove-cuts-leaf --fixed");
        });
        return command;
    }
}

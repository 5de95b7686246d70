using System.CommandLine;
using System.Text;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The formats in which a map can be printed, and the option that chooses one.</summary>
internal static class MapFormats
{
    private const int ChunkLength = 1 << 16;

    /// <summary>The format of counts for programs.</summary>
    public const string Json = "json";

    private static readonly string[] Names = ["leaves", "ptdump", Json];

    public static Option<string> Option()
    {
        var option = new Option<string>("--format")
        {
            HelpName = string.Join('|', Names),
            Description =
                "leaves: a line for each run of leaves; ptdump: as the kernel's kernel_page_tables; json: counts.",
            DefaultValueFactory = _ => Names[0],
        };
        Choices(option, Names);
        return option;
    }

    /// <summary>Restricts an option to these values.</summary>
    public static void Choices(Option<string> option, string[] values)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !values.Contains(token.Value))
                result.AddError($"{option.Name}: expected {string.Join(", ", values)}, found "
                    + GivenValue.Quoted(token.Value, values));
        });
        option.CompletionSources.Add(_ => values.Select(v => new System.CommandLine.Completions.CompletionItem(v)));
    }

    /// <summary>Prints a map.</summary>
    /// <param name="machine">The map's machine; null for a dump, which names none.</param>
    /// <param name="why">The boot mode with its reason; null for a map of which it is not known.</param>
    public static void Print(
        string format, KernelMap map, MachineDescription? machine, ModeReason? why, TextWriter output,
        CancellationToken cancellationToken)
    {
        switch (format)
        {
            case "leaves":
                WriteLines(LeavesText.Lines(map), output, cancellationToken);
                break;
            case "ptdump":
                WriteLines(
                    PtdumpText.Lines(map, machine?.Rules.Version ?? KernelVersion.Newest), output, cancellationToken);
                break;
            default:
                output.Write(MapJson.Render(map, machine, why));
                break;
        }

        output.Flush();
    }

    private static void WriteLines(IEnumerable<string> lines, TextWriter output, CancellationToken cancellationToken)
    {
        var chunk = new StringBuilder(ChunkLength + 256);
        foreach (string line in lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            chunk.Append(line).Append('\n');
            if (chunk.Length < ChunkLength)
                continue;
            output.Write(chunk);
            chunk.Clear();
        }

        output.Write(chunk);
    }
}

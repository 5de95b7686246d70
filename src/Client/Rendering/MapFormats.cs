using System.Text;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The formats in which a map can be printed.</summary>
internal static class MapFormats
{
    private const int ChunkLength = 1 << 16;

    /// <summary>The format of counts for programs.</summary>
    public const string Json = "json";

    /// <summary>The formats; the first is the usual one.</summary>
    public static IReadOnlyList<string> Names { get; } = ["leaves", "ptdump", Json];

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

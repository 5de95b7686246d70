using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>
/// What a valid machine file says and the kernel does not do, or does otherwise: each warning is one line with the
/// file, the line and the key.
/// </summary>
internal static class MachineWarnings
{
    // More ranges than this are counted, not shown.
    private const int Shown = 4;

    public static IEnumerable<string> Of(JsonSource root, MachineDescription machine)
    {
        var kernel = root.Required("kernel");
        if (kernel.Optional("commandLine") is { } line)
        {
            foreach (string text in machine.CommandLine.Warnings.Concat(machine.CommandLine.Unmodelled))
                yield return line.Error(text + AdviceOn(text)).Message;
        }

        var memory = root.Required("memory");
        var boot = LinearMapLayout.Of(machine).Boot;
        if (boot.Removed.Count > 0)
            yield return memory.Error($"{BootMemory.DoesNotFit}: the kernel removes {List(boot.Removed)}").Message;
        if (boot.BeyondLimit.Count > 0)
            yield return memory.Error($"the kernel removes {List(boot.BeyondLimit)}, which mem= leaves out").Message;
        ulong page = machine.Geometry.Granule.PageSize;
        foreach (string text in Unaligned(root.Required("memory"), machine.Memory, page,
            "the kernel leaves out a page that is not whole"))
            yield return text;
        if (root.Optional("noMap") is { } noMap)
        {
            foreach (string text in Unaligned(noMap, machine.NoMap, page,
                "the kernel maps the pages that it shares with memory, and may leave memory beside it unmapped"))
                yield return text;
        }

        if (ConfigSection.NoteOf(kernel, machine) is { } note)
            yield return note;
    }

    private static string AdviceOn(string warning) =>
        warning.StartsWith(CommandLine.UnknownRodata, StringComparison.Ordinal)
            ? " (docs/kernel-rules.md lists the values of rodata= that each version knows)" : "";

    private static IEnumerable<string> Unaligned(
        JsonSource array, IReadOnlyList<MemoryRange> ranges, ulong page, string consequence)
    {
        var found = Enumerable.Range(0, ranges.Count)
            .Where(i => !ranges[i].Start.IsAligned(page) || !ranges[i].End.IsAligned(page)).ToList();
        foreach (int i in found.Take(Shown))
            yield return array.Items[i].Error(
                $"{ranges[i]} does not begin and end at multiples of {page >> 10}K; {consequence}").Message;
        if (found.Count > Shown)
            yield return array.Error($"{found.Count - Shown} more ranges are not whole pages").Message;
    }

    private static string List(IReadOnlyList<MemoryRange> ranges) =>
        string.Join(", ", ranges.Take(Shown)) + (ranges.Count > Shown ? $" and {ranges.Count - Shown} more" : "");
}

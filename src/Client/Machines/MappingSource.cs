using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Client.Machines;

/// <summary>
/// Finds the linear map named on a command line: a leaf size, a machine's map at the end of boot, or a ptdump.
/// </summary>
internal static class MappingSource
{
    private const int MaxBytes = 64 << 20;

    /// <exception cref="UsageException">The name is none of the three, or its machine cannot boot.</exception>
    /// <exception cref="InputException">The file is neither a machine nor a ptdump.</exception>
    public static (string Name, LinearPageSizes Sizes) Read(string text, Terminal terminal)
    {
        if (LinearPageSizes.ParseSize(text) is not 0 and int log2)
            return (LeafCensus.SizeName(1UL << log2), LinearPageSizes.Of(log2));
        if (BuiltInMachines.Find(text) is { } builtIn)
            return OfMachine(NearestName.Same(text, BuiltInMachines.Names)!, builtIn, terminal);
        string content = InputFile.ReadText(text, "a machine file or a ptdump", MaxBytes,
            "expected a size such as 4K, 64K, 2M or 1G, a machine (mmu machines lists them), its file, or a " +
            "ptdump's, found none of them", BuiltInMachines.Names);
        return LooksLikePtdump(content) ? (Path.GetFileName(text), OfPtdump(text, content))
            : OfMachine(text, content, terminal);
    }

    private static (string Name, LinearPageSizes Sizes) OfMachine(string file, string text, Terminal terminal)
    {
        var machine = MachineFile.Parse(file, text);
        MachineSource.Warn(machine, terminal);
        return (machine.Name, LinearPageSizes.Of(MachineBoot.MapOf(machine)));
    }

    // A machine file begins with a brace or a comment, a ptdump with a marker or an address. One that is quoted or from
    // a log begins with other text, and has the marker behind it.
    private static bool LooksLikePtdump(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.StartsWith("--") || start.StartsWith("0x")
            || (!start.StartsWith("{") && !start.StartsWith("/")
                && text.Contains(PtdumpMarkers.LinearStart, StringComparison.Ordinal));
    }

    // A ptdump does not state its granule and VA size. A map with a large granule can often be read as one with a
    // smaller granule, but not the other way round, so the largest granule that fits the rows is chosen.
    private static LinearPageSizes OfPtdump(string file, string text)
    {
        InputException? last = null;
        foreach (var granule in Granule.All.Reverse())
        {
            foreach (int bits in TranslationGeometry.VaSizes(granule).OrderBy(b => b == 48 ? 1 : 0))
            {
                var geometry = TranslationGeometry.Create(granule, bits);
                try
                {
                    return LinearPageSizes.Of(geometry, PtdumpReader.Read(file, text, geometry));
                }
                catch (InputException e)
                {
                    last = e;
                }
            }
        }

        throw last!;
    }
}

using Orleans.Mmu.Arm;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Client;

/// <summary>Finds the linear map that a command line names: a size of leaf, a machine's map at the end of boot, or a ptdump.</summary>
internal static class MappingSource
{
    private const int MaxPtdumpBytes = 64 << 20;

    /// <exception cref="UsageException">It is none of the three, or its machine cannot boot.</exception>
    /// <exception cref="InputException">The file is neither a machine nor a ptdump.</exception>
    public static (string Name, LinearPageSizes Sizes) Read(string text)
    {
        if (LinearPageSizes.ParseSize(text) is not 0 and int log2)
            return (LeafCensus.SizeName(1UL << log2), LinearPageSizes.Of(log2));
        if (BuiltInMachines.Find(text) is null && File.Exists(text) && LooksLikePtdump(text))
            return (Path.GetFileName(text), Ptdump(text));
        if (BuiltInMachines.Find(text) is null && !File.Exists(text))
        {
            throw new UsageException($"--map: expected a size such as 4K, 64K, 2M or 1G, a machine ({string.Join(", ", BuiltInMachines.Names)}), "
                + $"its file, or a ptdump's, found {OneLine.Of(text)}");
        }

        var machine = MachineSource.Read(text);
        return (machine.Name, LinearPageSizes.Of(MachineBoot.MapOf(machine)));
    }

    // A machine's file begins with a brace or a comment, a ptdump with a marker or an address.
    private static bool LooksLikePtdump(string file)
    {
        using var reader = new StreamReader(file);
        return reader.ReadLine()?.TrimStart() is ['-', '-', ..] or ['0', 'x', ..];
    }

    // A ptdump does not say its granule and VA size; its rows tile the linear map of only one pair.
    private static LinearPageSizes Ptdump(string file)
    {
        string text = InputFile.ReadText(file, "a ptdump", MaxPtdumpBytes);
        InputException? first = null;
        foreach (var granule in Granule.All)
        {
            foreach (int bits in TranslationGeometry.VaSizes(granule).OrderBy(b => b == 48 ? 0 : 1))
            {
                var geometry = TranslationGeometry.Create(granule, bits);
                try
                {
                    return LinearPageSizes.Of(geometry, PtdumpReader.Read(file, text, geometry));
                }
                catch (InputException e)
                {
                    first ??= e;
                }
            }
        }

        throw first!;
    }
}

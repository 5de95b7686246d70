using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--plot FILE.svg: a drawing to write.</summary>
internal static class PlotOption
{
    private const string Name = "--plot";

    /// <exception cref="UsageException">The name does not end in .svg, or the file cannot be written.</exception>
    public static OutputFile Open(string file) =>
        file.Length == 0 || file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)
            ? OutputFile.Open(Name, file)
            : throw new UsageException($"{Name}: expected a name that ends in .svg, found {GivenValue.Quoted(file)}");
}

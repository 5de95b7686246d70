using System.Text.RegularExpressions;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Testing.Machines;

/// <summary>Machines small enough to boot hundreds of.</summary>
public static partial class SmallMachine
{
    /// <summary>A built-in machine's file with 256 MiB of memory, so that a boot takes milliseconds.</summary>
    /// <param name="builtIn">The name of a machine with 4 GiB, such as "asymmetric".</param>
    /// <exception cref="ArgumentException">No built-in machine with 4 GiB has that name.</exception>
    public static string Of(string builtIn) => BuiltInMachines.Find(builtIn) is { } json && Memory().IsMatch(json)
        ? Memory().Replace(json, "\"size\": \"256M\"")
        : throw new ArgumentException($"expected a built-in machine with 4 GiB, found \"{builtIn}\"", nameof(builtIn));

    [GeneratedRegex("\"size\": \"4G\"")]
    private static partial Regex Memory();
}

using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Interfaces.Clusters;

/// <summary>
/// The list of a cluster's machines, in parts: a machine is in the part that its key chooses, the same for every silo
/// and version, because parts are in storage.
/// </summary>
public static class MachineIndex
{
    /// <summary>The number of parts.</summary>
    public const int Parts = 64;

    /// <summary>The grain keys of all parts: "0" and so on.</summary>
    public static IEnumerable<string> PartKeys =>
        Enumerable.Range(0, Parts).Select(p => p.ToString(CultureInfo.InvariantCulture));

    /// <summary>The grain key of the part that a machine is in.</summary>
    public static string PartOf(string machineKey) =>
        (SHA256.HashData(Encoding.UTF8.GetBytes(machineKey))[0] % Parts).ToString(CultureInfo.InvariantCulture);

    /// <summary>The machines of all parts, the newest first.</summary>
    public static ImmutableArray<MachineEntry> Newest(IEnumerable<MachineIndexPage> parts) =>
    [
        .. parts.SelectMany(p => p.Entries).OrderByDescending(e => e.Began).ThenBy(e => e.Key, StringComparer.Ordinal),
    ];

    /// <summary>Whether a text is the grain key of a part.</summary>
    public static bool IsPart(string key) => PartKeys.Contains(key, StringComparer.Ordinal);
}

using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Header lines that change what a test means: Variant, TTHM, and those that are refused.</summary>
internal static class VariantReader
{
    private static readonly char[] Separators = [',', ' ', '\t'];

    // What a variant is about, for errors.
    private static readonly ImmutableDictionary<string, string> Refused =
        ImmutableDictionary.CreateRange<string, string>(
    [
        new("IFETCH", "instruction fetch"), new("SELF", "instruction fetch"),
        new("MEMTAG", "memory tags (MTE)"), new("TAGMEM", "memory tags (MTE)"), new("MTE", "memory tags (MTE)"),
        new("MIXED", "accesses of several sizes"), new("UNALIGNED", "unaligned accesses"),
        new("PTE2", "accesses to tables through tables"), new("PTE-SQUARED", "accesses to tables through tables"),
    ]);

    /// <summary>Reads a line Variant=….</summary>
    public static LitmusVariant Variant(LitmusText source, int line, string value)
    {
        var variant = LitmusVariant.Usual;
        bool exs = false, eis = false, eos = false;
        foreach (string name in Words(value))
        {
            string upper = name.ToUpperInvariant();
            switch (upper)
            {
                case "VMSA" or "KVM":
                    break;
                case "FATAL" or "PRECISE":
                    variant = variant with { FaultEnd = FaultEnd.Fatal };
                    break;
                case "IMPRECISE" or "HANDLED":
                    variant = variant with { FaultEnd = FaultEnd.Retry };
                    break;
                case "SKIP" or "FAULTTONEXT":
                    variant = variant with { FaultEnd = FaultEnd.Skip };
                    break;
                case "ETS2":
                    variant = variant with { Ets2 = true };
                    break;
                case "ETS3":
                    variant = variant with { Ets2 = true, Ets3 = true };
                    break;
                case "EXS":
                    exs = true;
                    break;
                case "EIS":
                    eis = true;
                    break;
                case "EOS":
                    eos = true;
                    break;
                default:
                    throw source.Error(
                        line, "expected the variants vmsa, fatal, precise, imprecise, handled, skip, faultToNext, " +
                        $"ets2, ets3, exs, eis or eos, found {name}, which is not supported"
                        + (Refused.GetValueOrDefault(upper) is { } what ? $" ({what})" : ""));
            }
        }

        return variant with { EntrySynchronizes = !exs || eis, ReturnSynchronizes = !exs || eos };
    }

    /// <summary>Reads a line TTHM=…: for each item a CPU, null for all, and what its hardware updates.</summary>
    public static ImmutableArray<(int? Cpu, HardwareUpdates Updates)> Hardware(
        LitmusText source, int line, string value) => [.. Words(value).Select(item => Item(source, line, item))];

    /// <summary>CPUs of a line such as EL0=P0,P1.</summary>
    public static ImmutableHashSet<int> Cpus(LitmusText source, int line, string value) =>
        [.. Words(value).Select(c => Cpu(c) ?? throw source.Error(line, $"expected CPUs such as P0, found {c}"))];

    /// <summary>Refuses header lines of herd that change what a test means and that no rule here follows.</summary>
    public static void Refuse(LitmusText source, int line, string key, string value)
    {
        if (key.ToUpperInvariant() is "CACHETYPE")
            throw source.Error(
                line, $"expected a test without {key}, which is about instruction fetch, found {key}={value}: " +
                "instruction fetch is not supported");
    }

    private static (int? Cpu, HardwareUpdates Updates) Item(LitmusText source, int line, string item)
    {
        int colon = item.IndexOf(':', StringComparison.Ordinal);
        int? cpu = colon < 0 ? null
            : Cpu(item[..colon]) ?? throw source.Error(line, $"expected a CPU such as P0 before :, found {item}");
        return (cpu, item[(colon + 1)..].ToUpperInvariant() switch
        {
            "SW" or "NONE" => HardwareUpdates.None,
            "HA" => HardwareUpdates.AccessFlag,
            "HD" => HardwareUpdates.DirtyState,
            _ => throw source.Error(
                line, $"expected SW (software alone), HA (hardware updates the access flag) or HD (and the dirty " +
                $"state), found {item}"),
        });
    }

    private static int? Cpu(string name) =>
        name.StartsWith('P')
            && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) ? cpu : null;

    private static string[] Words(string value) => value.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
}

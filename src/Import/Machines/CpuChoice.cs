using System.Globalization;
using Orleans.Mmu.Import.Cpus;
using Orleans.Mmu.Import.Logs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Machines;

/// <summary>A group of consecutive CPUs of one kind.</summary>
/// <param name="Midr">MIDR_EL1 of each.</param>
/// <param name="Count">How many.</param>
/// <param name="Features">
/// The keys of features that boot messages give: true where no source states it of the core, false where the kernel
/// says that a CPU lacks what its core has.
/// </param>
/// <param name="Comment">Which core it is, the numbers of the CPUs, and where the features come from.</param>
internal sealed record CpuGroup(Midr Midr, int Count, IReadOnlyList<(string Key, bool Value)> Features, string Comment)
{
    public const string E0pd = "e0pd";
    public const string Csv3 = "csv3";
}

/// <summary>Chooses the CPUs of the machine.</summary>
internal static class CpuChoice
{
    private const string Advice = "--cpuinfo with /proc/cpuinfo";

    // A core that no kernel's list has.
    private static readonly Midr Default = new(0x414fd0c1);
    private const int DefaultCount = 4;

    public static Chosen<IReadOnlyList<CpuGroup>> Of(MachineSources sources)
    {
        var cpus = Listed(sources);
        return sources.Log?.Security is { } log
            ? cpus with { Value = [.. cpus.Value.Select(g => WithFeatures(g, log))] } : cpus;
    }

    /// <summary>
    /// The CPUs without the feature whose lack makes the kernel isolate its tables (KPTI) by its own messages; null
    /// where they name no feature. A hypervisor may hide a feature that the core has.
    /// </summary>
    public static (Chosen<IReadOnlyList<CpuGroup>> Cpus, string Key, PlacedFact Lacks)? Without(
        Chosen<IReadOnlyList<CpuGroup>> cpus, LoggedSecurity log)
    {
        if ((log.LacksE0pd ?? log.LacksCsv3) is not { } lacks)
            return null;
        string key = log.LacksE0pd is not null ? CpuGroup.E0pd : CpuGroup.Csv3;
        return (cpus with
        {
            Value = [.. cpus.Value.Select(g => g with
            {
                Features = [.. g.Features.Where(f => f.Key != key), (key, false)],
                Comment = $"{g.Comment}; {key}: {lacks.Origin}",
            })],
        }, key, lacks);
    }

    private static Chosen<IReadOnlyList<CpuGroup>> Listed(MachineSources sources)
    {
        if (sources.Cpuinfo is { } cpuinfo)
            return new(Groups(cpuinfo.Cpus), cpuinfo.File, From: new(cpuinfo.File, 1));
        if (sources.Log is { Cpus.Count: > 0 } log)
            return new(Groups(log.Cpus), $"{log.File}: the CPUs that booted", From: new(log.File, 1));
        if (sources.Tree is { Cpus.Count: > 0 } tree)
        {
            List<ListedCpu> cpus = [.. tree.Cpus.Select((cpu, number) =>
                new ListedCpu(number, cpu.Core?.Midr ?? Default, cpu.Place))];
            string unknown = tree.Cpus.FirstOrDefault(c => c.Core is null) is { } other
                ? $", and {TextOf(other.Compatible)} is not known" : "";
            return new(Groups(cpus), $"{tree.File} has cores without revisions, so r0p0{unknown}", Advice,
                new(tree.File, 1));
        }

        return new([Group(Default, 0, DefaultCount)], "no file gives the CPUs", Advice);
    }

    private static string TextOf(string compatible) => Texts.TextLine.Quote(compatible);

    private static List<CpuGroup> Groups(IReadOnlyList<ListedCpu> cpus)
    {
        var groups = new List<CpuGroup>();
        for (int first = 0; first < cpus.Count;)
        {
            int next = first + 1;
            while (next < cpus.Count && cpus[next].Midr == cpus[first].Midr
                && cpus[next].Number == cpus[next - 1].Number + 1)
                next++;
            groups.Add(Group(cpus[first].Midr, cpus[first].Number, next - first));
            first = next;
        }

        return groups;
    }

    private static CpuGroup Group(Midr midr, int first, int count) => new(midr, count, [], string.Create(
        CultureInfo.InvariantCulture,
        $"{(count == 1 ? $"CPU {first}" : $"CPUs {first} to {first + count - 1}")}: {Core.Of(midr).Name} "
        + $"r{midr.Variant}p{midr.Revision}"));

    // What the log says of every CPU, for a core of which no source states it.
    private static CpuGroup WithFeatures(CpuGroup group, LoggedSecurity log)
    {
        var known = new CpuDescription(group.Midr, Core.Of(group.Midr));
        var given = new List<(string Key, PlacedFact Fact)>();
        foreach (var (key, fact) in new[] { (CpuGroup.E0pd, log.E0pd), (CpuGroup.Csv3, log.IsSafe) })
        {
            if (fact is not null && known.AssumedSecurity.Contains(key))
                given.Add((key, fact));
        }

        return given.Count == 0 ? group : group with
        {
            Features = [.. given.Select(g => (g.Key, true))],
            Comment = $"{group.Comment}; {string.Join("; ", given.Select(g => $"{g.Key}: {g.Fact.Origin}"))}",
        };
    }
}

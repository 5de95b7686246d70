using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Layout;
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
        if (KernelSection.IsTooNew(kernel))
            yield return kernel.Required("version").Error(
                $"later than {KernelVersion.Newest}, the latest whose rules are known, which apply").Message;
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

        if (machine.CommandLine.KfenceEarly && EarlyKfencePool.Of(machine) is null)
        {
            yield return kernel.Error($"failed to allocate kfence pool: no range of memory has room for "
                + $"{machine.KfencePoolSize >> 20}M, so that KFENCE may be switched on later").Message;
        }

        if (ConfigSection.NoteOf(kernel, machine) is { } note)
            yield return note;
        foreach (string text in OtherCores(root.Required("cpus")).Take(Shown))
            yield return text;
        if (AssumedSecurity(root.Required("cpus"), machine) is { } assumed)
            yield return assumed;
    }

    // "core" is for a MIDR that is not known; Linux looks at the MIDR alone.
    private static IEnumerable<string> OtherCores(JsonSource cpus) =>
        from item in cpus.Items
        let named = item.Optional("core")
        where named is not null
        let known = Core.Of(item.Required("midr").AsMidr()).Name
        let other = Core.Find(named.AsString())!.Name
        where known != other && Core.Names.Contains(known)
        select named.Error($"the MIDR is that of {known}, by which Linux's lists and errata go; BBM level and TLB are "
            + $"those of {other}").Message;

    // Only what decides is worth a line: the CPU that the kernel isolates its tables for.
    private static string? AssumedSecurity(JsonSource cpus, MachineDescription machine)
    {
        var (cpu, key) = KernelIsolation.Of(machine).Why switch
        {
            IsolationReason.Kaslr kaslr when machine.Config.E0pd => (kaslr.Cpu, "e0pd"),
            IsolationReason.Meltdown meltdown => (meltdown.Cpu, "csv3"),
            _ => (-1, ""),
        };
        if (cpu < 0 || !machine.Cpus[cpu].AssumedSecurity.Contains(key))
            return null;
        int item = 0;
        for (int last = -1; ; item++)
        {
            last += cpus.Items[item].Optional("count")?.AsInteger(1, MachineDescription.MaxCpus) ?? 1;
            if (last >= cpu)
                break;
        }

        return cpus.Items[item].Error(
            $"no source says if {machine.Cpus[cpu].Core.Name} has {key.ToUpperInvariant()}: taken as no, so leaves "
            + $"become non-global (KPTI); \"{key}\": true or kpti=off says otherwise").Message;
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

using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>
/// Explains two overlapping TLB entries: the entries, the walk that brought each, and the store between the two walks.
/// </summary>
internal static class ConflictExplanation
{
    public static Violation Explain(
        KernelCpu cpu, CpuDescription description, VirtualAddress address, in TlbEntry older, in TlbEntry newer,
        in OverlapVerdict verdict,
        RememberedWalk? olderWalk, RememberedWalk newerWalk, TranslationGeometry geometry,
        ImmutableArray<PublishingStep> changes)
    {
        bool mixed = (verdict.Outcomes & OverlapBehaviours.Amalgamation) != 0;
        var property = mixed ? Property.TlbConflict : Property.ConflictAbortPossible;
        string message =
            $"CPU {cpu.Id} ({description.Core.Name}, {description.Bbm.Sentence()}) holds {Kind(geometry, older)} and " +
            $"{Kind(geometry, newer)} for {address}";
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add($"entry 1: {Entry(geometry, older)}");
        lines.Add($"         walked {Walk(olderWalk)}");
        lines.Add($"entry 2: {Entry(geometry, newer)}");
        lines.Add($"         walked {Walk(newerWalk)}");
        if (olderWalk is not null && Change(olderWalk, newerWalk) is var (step, old))
        {
            string what = step.Value.Kind(geometry, step.Level) == DescriptorKind.Table ? "table descriptor " : "";
            lines.Add(
                $"between: CPU 0 stored the {what}{step.Value} at {step.Address} (level {step.Level}) over " +
                $"{old}{In(olderWalk, newerWalk, changes)}");
        }

        lines.Add($"{verdict.Rule}: an access may {verdict.Outcomes.Sentence()}");
        lines.Add(
            $"as dmesg would say it: Unable to handle kernel TLB conflict abort at virtual address " +
            $"{address.Value:x16}, ESR = 0x0000000096000030");
        return new(property, cpu.Id, address, message, lines.ToImmutable());
    }

    // The writer's steps between the versions that the two walks read.
    private static string In(RememberedWalk older, RememberedWalk newer, ImmutableArray<PublishingStep> changes)
    {
        var steps = changes.Where(c => c.Version > older.Version && c.Version <= newer.Version)
            .Select(c => $"\"{c.Step}\"").Distinct().ToList();
        return steps.Count switch
        {
            0 => "",
            1 => $", in its step {steps[0]}",
            _ => $", in one of its steps {string.Join(", ", steps)}",
        };
    }

    // The first descriptor, from the root down, that the two walks read differently.
    private static (WalkRead Step, Descriptor Old)? Change(RememberedWalk older, RememberedWalk newer)
    {
        foreach (var (was, now) in older.Steps.Zip(newer.Steps))
        {
            if (was.Address == now.Address && was.Value != now.Value)
                return (now, was.Value);
        }

        return null;
    }

    private static string Kind(TranslationGeometry geometry, in TlbEntry entry)
    {
        string size = LeafCensus.SizeName(geometry.Size(entry.Level));
        if (entry.IsTable)
            return $"a table entry of level {entry.Level}";
        return entry.Level.IsLast ? $"a {size} page{(entry.IsContiguous ? " of a contiguous group" : "")}"
            : $"a {size} block{(entry.IsContiguous ? " of a contiguous group" : "")}";
    }

    private static string Entry(TranslationGeometry geometry, in TlbEntry entry) =>
        $"{Kind(geometry, entry)} [{entry.Start}, {entry.Last}] -> {entry.Output}, descriptor {entry.Descriptor}";

    private static string Walk(RememberedWalk? walk) => walk is null
        ? "before the protocol began"
        : $"for {walk.Address} from {Start(walk)}, after \"{walk.After}\" (tables version {walk.Version})";

    private static string Start(RememberedWalk walk) => walk.Below is { } level
        ? $"the cached table entry of level {level} (walked from TTBR {walk.Root})" : $"TTBR {walk.Root}";
}

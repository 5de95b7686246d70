using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>Entries and what a CPU may do with two of them, in words.</summary>
internal static class WitnessWords
{
    /// <summary>An entry with what it covers and where it leads.</summary>
    public static string Of(in TlbEntry entry, TranslationGeometry geometry)
    {
        if (entry.IsTable)
        {
            return $"table entry of level {entry.Level} for {entry.Start} to {entry.Last}: the table at "
                + $"{entry.Output} (0x{entry.Descriptor.Bits:x})";
        }

        bool isGroup = 1UL << entry.Shift > geometry.Size(entry.Level);
        string kind = isGroup ? "contiguous group" : entry.Level.IsLast ? "page" : "block";
        return $"{kind} of level {entry.Level} for {entry.Start} to {entry.Last}: memory at {entry.Output} "
            + $"(0x{entry.Descriptor.Bits:x})";
    }

    /// <summary>The memory type of a leaf by a value of MAIR, behind the entry.</summary>
    public static string TypeOf(in TlbEntry leaf, ulong? mair) => mair is { } value
        ? $", of type 0x{(byte)(value >> LintedLeaves.TypeOf(leaf.Descriptor.Bits) * 8):x2}" : "";

    /// <summary>What two entries differ in, and what an access may do then.</summary>
    public static string Of(OverlapVerdict verdict)
    {
        List<string> differences = [];
        Add(OverlapDifference.Size, "size");
        Add(OverlapDifference.Contiguous, "the Contiguous bit");
        Add(OverlapDifference.OutputAddress, "output address");
        Add(OverlapDifference.MemoryType, "memory type");
        Add(OverlapDifference.Global, "nG");
        Add(OverlapDifference.Permission, "permissions");
        List<string> outcomes = [];
        if ((verdict.Outcomes & OverlapBehaviours.OneEntry) != 0)
            outcomes.Add("use either entry");
        if (verdict.MayAbort)
            outcomes.Add("take a TLB conflict abort");
        if (verdict.NeedsBreak)
            outcomes.Add("use a mixture of both that no descriptor has held");
        return $"they differ in {Joined(differences, "and")}, and an access may {Joined(outcomes, "or")} "
            + $"({verdict.Rule})";

        void Add(OverlapDifference difference, string name)
        {
            if ((verdict.Difference & difference) != 0)
                differences.Add(name);
        }
    }

    private static string Joined(List<string> parts, string last) => parts.Count switch
    {
        0 => "nothing",
        1 => parts[0],
        _ => $"{string.Join(", ", parts.SkipLast(1))} {last} {parts[^1]}",
    };
}

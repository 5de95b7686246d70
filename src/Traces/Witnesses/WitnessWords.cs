using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>Entries and what a CPU may do with two of them, in words.</summary>
internal static class WitnessWords
{
    /// <summary>An entry with what it covers and where it leads.</summary>
    /// <param name="withType">Whether the memory type of a leaf is said.</param>
    public static string Of(in HeldEntry held, bool withType)
    {
        var entry = held.Entry;
        if (entry.IsTable)
        {
            return $"table entry of level {entry.Level} for {entry.Start} to {entry.Last}: the table at "
                + $"{entry.Output} (0x{entry.Descriptor.Bits:x})";
        }

        bool isGroup = entry.Shift > held.Shift;
        string kind = isGroup ? "contiguous group" : entry.Level.IsLast ? "page" : "block";
        return $"{(held.Combined ? "entry of both stages by a " : "")}{kind} of level {entry.Level} for {entry.Start} "
            + $"to {entry.Last}: memory at {entry.Output} (0x{entry.Descriptor.Bits:x})"
            + (withType && held.TypeByte is { } type ? $", of type 0x{type:x2}" : "");
    }

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

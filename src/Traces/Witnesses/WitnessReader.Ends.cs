using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>What a rehearsal shows in the end, and which violations none can show.</content>
public sealed partial class WitnessReader
{
    private void Open(LintViolation violation)
    {
        string? why = !violation.Breaks ? "no CPU fails by it, so there is nothing that a TLB would show"
            : violation.Reason.StartsWith("CnP", StringComparison.Ordinal)
                ? "the TLB's model is that of one CPU, which shares no entries"
            : violation.Reason.StartsWith("stale after a change of TCR", StringComparison.Ordinal)
                && violation.Spot is null
                ? "no input address has a descriptor in the tree of either shape"
            : violation.Spot is null ? "it concerns no single address that a walk could show"
            : null;
        if (why is not null)
        {
            _found[violation] = LintWitness.Without(violation.Cpu, why);
            return;
        }

        var level = _request.Levels[Math.Min(violation.Cpu, _request.Levels.Count - 1)];
        _open.Add(new(violation, violation.Spot!.Value, level, _memory));
    }

    private static LintWitness End(Rehearsal rehearsal)
    {
        int cpu = rehearsal.Violation.Cpu;
        if (!rehearsal.Registers.HasLed)
            return LintWitness.Without(cpu, $"the trace does not write {rehearsal.Register.Name()} on CPU {cpu}");
        if (Shown(rehearsal) is var (witness, _))
            return witness;
        if (rehearsal.Violation.Spot!.Value.Page is not { } page)
            return LintWitness.Without(cpu, "performed on its TLB, no two entries contradict one another");
        return rehearsal.MayBegin(page) ? WitnessStory.OfRoot(rehearsal, page)
            : LintWitness.Without(cpu, $"performed on its TLB, no entry leads to the page at 0x{page:x}");
    }

    // What the TLB shows, and the older entry of it.
    private static (LintWitness Witness, HeldEntry By)? Shown(Rehearsal rehearsal)
    {
        if (rehearsal.Violation.Spot!.Value.Page is { } page)
        {
            return rehearsal.EntryInto(page) is { } entry
                ? (WitnessStory.OfEntry(rehearsal, entry, page), entry) : null;
        }

        return rehearsal.Contradict() is { } found ? (WitnessStory.Of(rehearsal, found), found.Held) : null;
    }
}

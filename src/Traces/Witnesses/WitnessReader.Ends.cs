using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>What a rehearsal shows in the end, and which violations none can show.</content>
public sealed partial class WitnessReader
{
    private void Open(LintViolation violation)
    {
        string? why = !violation.Breaks ? "no CPU fails by it, so there is nothing that a TLB would show"
            : violation.Reason.StartsWith("stale after a change of ", StringComparison.Ordinal)
                && violation.Spot is null
                ? "the TLB's model has one size and one granule at a time, and keeps no entries of the one before"
            : violation.Reason.StartsWith("CnP", StringComparison.Ordinal)
                ? "the TLB's model is that of one CPU, which shares no entries"
            : violation.Spot is not { } spot ? "it concerns no single address that a walk could show"
            : spot.Regime == CasemateRegime.Stage2 ? "the TLB's model has no entries of stage 2"
            : null;
        if (why is not null)
        {
            _found[violation] = LintWitness.Without(violation.Cpu, why);
            return;
        }

        var level = _request.Levels[Math.Min(violation.Cpu, _request.Levels.Count - 1)];
        _open.Add(new(violation, violation.Spot!.Value, level, _memory));
    }

    private static LintWitness End(Rehearsal rehearsal, in CasemateEvent happened)
    {
        int cpu = rehearsal.Violation.Cpu;
        if (rehearsal.IsOtherSize)
            return LintWitness.Without(cpu, "the TLB's model has no trees of this size");
        if (!rehearsal.HasLed)
            return LintWitness.Without(cpu, $"the trace does not write {rehearsal.Register.Name()} on CPU {cpu}");
        if (rehearsal.Violation.Spot!.Value.Page is { } page)
        {
            return rehearsal.EntryInto(page) is { } entry ? WitnessStory.OfEntry(rehearsal, entry, page)
                : rehearsal.MayBegin(page) ? WitnessStory.OfRoot(rehearsal, page)
                : LintWitness.Without(cpu, $"performed on its TLB, no entry leads to the page at 0x{page:x}");
        }

        ulong? made = happened.Kind == CasemateEventKind.MemoryWrite && rehearsal.NotYet is null
            ? happened.Address : null;
        bool isOfTypes = rehearsal.Violation.Reason.Contains("memory type", StringComparison.Ordinal);
        return rehearsal.Contradict(made) is { } found ? WitnessStory.Of(rehearsal, found)
            : isOfTypes && rehearsal.Older() is { } older ? WitnessStory.OfTypes(rehearsal, older)
            : LintWitness.Without(cpu, "performed on its TLB, no two entries contradict one another");
    }
}

using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>The step that a violation lacks.</content>
internal static partial class WitnessStory
{
    // Walks may still make the older entry, or no TLBI has removed it.
    private static LintWitnessStep Missing(
        Rehearsal rehearsal, HeldEntry held, HeldEntry? added, int before, bool isBefore)
    {
        int cpu = rehearsal.Violation.Cpu, since = rehearsal.Tlbis - before;
        var span = rehearsal.SpanOf(held);
        var reading = rehearsal.ReadingOf(held);
        var other = added is { } one ? rehearsal.ReadingOf(one) : null;
        string text = reading is { IsNewest: true } && other is not { IsNewest: false } && added is not null
            ? "the descriptors of both entries are in memory at once, so no TLBI would keep the entries apart"
            : (LateOf(reading, span) ?? other?.Late) is { } late ? Unseen(late, cpu)
            : other is { BeforeIsb: true } || (reading is { BeforeIsb: true } && rehearsal.IsSinceWrite(held))
                ? $"no ISB of CPU {cpu} follows, so it may use either value"
            : rehearsal.PendingOf(held) is { } pending
                ? $"the TLBI of event {pending.Event} is not complete, since no DSB "
                + $"{(pending.Tlbi.Broadcast ? "ISH" : "NSH")} of CPU {pending.Cpu} has followed it"
            : span.Early is { } early
                ? $"no DSB of CPU {early.Cpu} stands between event {span.Last} and the TLBI of event {early.Event}, so "
                + "the TLBI may take effect before the walk"
            : isBefore && span.BackFrom is { } back
                ? $"the DSB of event {span.First} completes the TLBI of event {back.Event}, which may take effect "
                + "before the walk"
            : since == 0 ? $"no TLBI reaches CPU {cpu} in between"
            : $"{Counted.Of(since, "TLBI")} in between leave{(since == 1 ? "s" : "")} the entry in the TLB of CPU "
            + $"{cpu}, or come{(since == 1 ? "s" : "")} while a walk may bring it back";
        return new(null, cpu, LintWitnessKind.Missing, text, []);
    }

    // A walk has made the entry only since the store, or again since a TLBI.
    private static LateStore? LateOf(WalkReading? reading, HeldSpan span) =>
        reading?.Late is { } late && late.At.At <= span.FirstLine ? late : null;

    private static string Unseen(LateStore late, int cpu) =>
        $"no DSB{(late.HasOwn ? " ISH" : "")} of CPU {late.Cpu} has followed the store of event {late.At.Id}, so a "
        + $"walk of CPU {cpu} may still read 0x{late.Old:x} at 0x{late.Address:x}";
}

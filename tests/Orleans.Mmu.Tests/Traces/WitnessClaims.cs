using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>What the steps of a witness say of the events of its trace.</summary>
/// <param name="end">The place of the last event.</param>
internal sealed partial class WitnessClaims(IReadOnlyList<CasemateEvent> events, int cpu, int end)
{
    /// <summary>A step that says something else of an event than the trace; null for none.</summary>
    /// <param name="i">The event, which has not happened yet.</param>
    public string? IsWrong(ImmutableArray<LintWitnessStep> steps, int i, WitnessReplay replay)
    {
        foreach (var step in steps.Where(s => s.Kind == LintWitnessKind.Event && s.Event == events[i].Id))
        {
            var store = Stores().Match(step.Text);
            if (store.Success && events[i].Kind == CasemateEventKind.MemoryWrite
                && !(Number(store, 1) == (ulong)events[i].Cpu && Hex(store, 2) == events[i].Value
                && Hex(store, 3) == events[i].Address && Hex(store, 4) == replay.Memory[events[i].Address]))
                return $"{step.Text} is not so";
            var mair = Writes().Match(step.Text);
            if (mair.Success && !(events[i].Kind == CasemateEventKind.WriteRegister
                && Hex(mair, 2) == events[i].Value))
                return $"{step.Text} is not so";
        }

        return null;
    }

    /// <summary>Whether the missing step is there after all.</summary>
    /// <param name="complete">The number of TLBIs that were complete on the CPU behind the first walk.</param>
    public string? OfMissing(LintWitness witness, WitnessReplay replay, int complete)
    {
        foreach (string text in witness.Steps.Where(s => s.Kind == LintWitnessKind.Missing).Select(s => s.Text))
        {
            var (id, by) = (Ids().Match(text), Cpus().Match(text));
            int at = id.Success ? Last(Number(id, 1)) : -1;
            int other = by.Success ? (int)Number(by, 1) : cpu;
            bool isTrue = text switch
            {
                _ when text.StartsWith("no TLBI reaches", StringComparison.Ordinal) => replay.Complete == complete,
                _ when text.Contains("in between leave", StringComparison.Ordinal) => replay.Complete > complete,
                _ when text.StartsWith("the TLBI of event", StringComparison.Ordinal) =>
                    !HasDsb(at, events[at].Cpu, d => d.Completes(events[at].Tlbi.Broadcast, events[at].Tlbi.NoXs)),
                _ when text.StartsWith("the DSB of event", StringComparison.Ordinal) =>
                    Completes(events[at], Last(Number(Ids().Matches(text)[^1], 1)), at) && replay.Complete > complete,
                _ when text.Contains("has followed the store", StringComparison.Ordinal) =>
                    !HasDsb(at, other, d => d.Kind.Accesses() != BarrierAccesses.Loads
                        && (d.Kind.ReachesOtherCpus() || other == cpu)),
                _ when text.StartsWith("no ISB", StringComparison.Ordinal) => replay.Cpu.HasUnsettled,
                _ when text.Contains("stands between", StringComparison.Ordinal) =>
                    !HasDsb(at, other, _ => true, Last(Number(Ids().Matches(text)[^1], 1))),
                "the descriptors of both entries are in memory at once, so no TLBI would keep the entries apart" =>
                    true,
                _ => false,
            };
            if (!isTrue)
                return $"{text} is not so";
        }

        return null;
    }

    // Whether a DSB completes an earlier TLBI.
    private bool Completes(in CasemateEvent dsb, int tlbi, int at) =>
        dsb.Kind == CasemateEventKind.Dsb && tlbi < at && events[tlbi] is { Kind: CasemateEventKind.Tlbi } issued
        && issued.Cpu == dsb.Cpu && dsb.Dsb.Completes(issued.Tlbi.Broadcast, issued.Tlbi.NoXs);

    private bool HasDsb(int from, int by, Func<LintedDsb, bool> counts, int? to = null)
    {
        for (int i = from + 1; i < (to ?? end + 1); i++)
        {
            if (events[i].Kind == CasemateEventKind.Dsb && events[i].Cpu == by && counts(events[i].Dsb))
                return true;
        }

        return false;
    }

    private int Last(ulong id)
    {
        for (int i = end; i > 0; i--)
        {
            if (events[i].Id == id)
                return i;
        }

        return 0;
    }

    private static ulong Number(Match match, int group) =>
        ulong.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static ulong Hex(Match match, int group) =>
        ulong.Parse(match.Groups[group].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^event \d+: CPU (\d+) stores 0x(\w+) at 0x(\w+), which held 0x(\w+)$")]
    private static partial Regex Stores();

    [GeneratedRegex(@"^event \d+: CPU (\d+) writes 0x(\w+) to MAIR")]
    private static partial Regex Writes();

    [GeneratedRegex(@"event (\d+)")]
    private static partial Regex Ids();

    [GeneratedRegex(@"of CPU (\d+)")]
    private static partial Regex Cpus();
}

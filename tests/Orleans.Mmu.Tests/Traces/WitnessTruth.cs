using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Traces.Witnesses;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Whether what a witness says is true of its trace.</summary>
internal static partial class WitnessTruth
{
    /// <summary>What is not true; null for a true witness, and for one that shows nothing.</summary>
    /// <param name="input">A trace.</param>
    public static string? Complaint(Stream input, LintViolation violation, LintWitness witness)
    {
        if (witness.NotShown is not null || witness.Steps.All(s => s.Holds.IsEmpty))
            return null;
        List<CasemateEvent> events = [];
        var reader = new CasemateReader("t.log", input);
        while (reader.TryRead(out var happened))
            events.Add(happened);
        var spot = violation.Spot!.Value;
        ulong first = Va(spot.Input);
        var register = (spot.Regime, (long)first < 0) switch
        {
            (CasemateRegime.Stage2, _) => CasemateRegister.VttbrEl2,
            (CasemateRegime.El1, true) => CasemateRegister.Ttbr1El1,
            (CasemateRegime.El1, false) => CasemateRegister.Ttbr0El1,
            (_, true) => CasemateRegister.Ttbr1El2,
            _ => CasemateRegister.Ttbr0El2,
        };
        ulong[] addresses = [.. Enumerable.Range(0, spot.Count).Select(i => Va(spot.Input + (ulong)i * spot.Step))];
        var walks = witness.Steps.Where(s => !s.Holds.IsEmpty).ToList();
        ulong loaded = walks.Select(w => Loads().Match(w.Text)).Last(m => m.Success) is { } load
            ? ulong.Parse(load.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : first;
        if (!addresses.Contains(loaded))
            return $"0x{loaded:x} is no address of the violation";
        ReplayedEntry[] entries = [.. walks[^1].Holds.Select(ReplayedEntry.Read)];
        if (entries.FirstOrDefault(e => !e.Covers(loaded)) is { } elsewhere)
            return $"{elsewhere} does not cover 0x{loaded:x}";
        if (entries.Length == 2 && !Contradict(entries[0], entries[1], loaded))
            return "the entries do not contradict one another";

        var replay = new WitnessReplay(witness.Cpu, spot.Regime, register, addresses);
        int end = IndexOf(events, walks[^1].Event ?? violation.Event, (int)violation.Line - 1);
        var begins = walks[0].Text.StartsWith("be", StringComparison.Ordinal) && walks.Count > 1 ? walks[0] : null;
        var older = begins is null ? null : ReplayedEntry.Read(begins.Holds[0]);
        int begin = begins?.Event is { } from ? events.FindIndex(e => e.Id == from) : -1;
        bool isBefore = begins?.Text.StartsWith("before", StringComparison.Ordinal) == true;
        var claims = new WitnessClaims(events, witness.Cpu, end);
        int complete = 0;
        bool wasMade = begins is null;
        for (int i = 0; i <= end; i++)
        {
            if (i == begin && isBefore)
                Look();
            if (claims.IsWrong(witness.Steps, i, replay) is { } wrong)
                return wrong;
            replay.Step(events[i]);
            if (i == begin && !isBefore)
                Look();
            // A walk that does not see the store may come behind it.
            wasMade |= isBefore && i >= begin && replay.Made.Any(m => older!.Is(m.Entry));
        }

        if (!wasMade)
            return $"no walk makes {older} then";
        return claims.OfMissing(witness, replay, complete)
            ?? Meet(replay, entries, isReturn: walks[^1].Event is null);

        void Look()
        {
            wasMade = replay.Held.Any(h => older!.Is(h.Entry));
            complete = replay.Complete;
        }
    }

    /// <summary>What is not true of the witnesses of a trace.</summary>
    /// <param name="shown">Is called with the last walk of each witness that shows entries; null for no call.</param>
    public static IEnumerable<string> ComplaintsOf(
        byte[] trace, IReadOnlyList<BbmLevel> levels, Action<LintWitnessStep>? shown = null)
    {
        var request = new LintRequest(levels);
        var result = CasemateLint.Run("t.log", new MemoryStream(trace), request, null, CancellationToken.None);
        result = WitnessReader.Add("t.log", new MemoryStream(trace), request, result, CancellationToken.None);
        foreach (var group in result.Groups)
        {
            if (group.Witness is { NotShown: null } witness
                && witness.Steps.LastOrDefault(s => !s.Holds.IsEmpty) is { } walk)
                shown?.Invoke(walk);
            if (Complaint(new MemoryStream(trace), group.First, group.Witness!) is { } complaint)
                yield return $"event {group.First.Event}: {complaint}";
        }
    }

    // Both entries are held, and one look-up finds them.
    private static string? Meet(WitnessReplay replay, ReplayedEntry[] entries, bool isReturn)
    {
        var contexts = isReturn ? replay.Known.Concat(replay.Cpu.Contexts()).Distinct() : replay.Cpu.Contexts();
        foreach (var context in contexts.ToList())
        {
            var held = replay.Held.Concat(isReturn ? replay.MadeIn([context]) : []).Where(
                h => WitnessReplay.Answers(h, context)).ToList();
            if (entries.All(e => held.Exists(h => e.Is(h.Entry))))
                return null;
        }

        return string.Join("; ", entries.Where(e => !replay.Held.Any(h => e.Is(h.Entry)))
            .Select(e => $"{e} is not held").DefaultIfEmpty("no look-up finds both entries"));
    }

    private static bool Contradict(ReplayedEntry a, ReplayedEntry b, ulong at)
    {
        if (a.IsTable && b.IsTable)
            return a.Last - a.First == b.Last - b.First && a.Output != b.Output;
        if (a.IsTable || b.IsTable)
        {
            var (table, leaf) = a.IsTable ? (a, b) : (b, a);
            return table.Level >= leaf.Level;
        }

        const ulong Attributes = 1UL << 54 | 1UL << 53 | 1UL << 52 | 0xfdcUL;
        return a.Level != b.Level || a.Output + (at - a.First) != b.Output + (at - b.First)
            || ((a.Bits ^ b.Bits) & Attributes) != 0 || a.Type != b.Type;
    }

    private static int IndexOf(List<CasemateEvent> events, ulong id, int from)
    {
        int found = events.FindIndex(from, e => e.Id == id);
        return found < 0 ? from : found;
    }

    private static ulong Va(ulong input) => (ulong)((long)(input << 8) >> 8);

    [GeneratedRegex(@"(?:loads|translates IPA|for) 0x(\w+)")]
    private static partial Regex Loads();
}

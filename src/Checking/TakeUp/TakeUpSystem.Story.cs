using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>Transitions in words.</summary>
internal sealed partial class TakeUpSystem
{
    /// <summary>A path as lines, each with what storage and CPUs are after it.</summary>
    public ImmutableArray<string> Tell(IReadOnlyList<PathTransition<TakeUpState>> path) =>
        [.. path.Skip(1).Zip(path, (step, before) => Tell(before.State, step.Label, step.State))];

    private string Tell(in TakeUpState before, int label, in TakeUpState after)
    {
        var (kind, who, message) = TakeUpLabel.Of(label);
        string coordinator = Invariant($"coordinator {who}");
        string cpu = Invariant($"{(IsFormer(who) ? "the former " : "")}CPU {CpuOf(who) + 1}");
        string what = kind switch
        {
            TakeUpKind.HandOut => Invariant($"the machine hands out epoch {who}"),
            TakeUpKind.Crash => $"{coordinator} is lost",
            TakeUpKind.CrashWithMessages => $"{coordinator} is lost, and its messages with it",
            TakeUpKind.Read => $"{coordinator} reads the journal: {RecordText(before.Stored)}",
            TakeUpKind.ReadStale => $"{coordinator} reads an old activation's memory: {RecordText(before.Stale)}",
            TakeUpKind.Claim => $"{coordinator} claims the run that it read as "
                + RecordText(before.Coordinators[who - 1].Head),
            TakeUpKind.ClaimTables => $"{coordinator} claims the tables",
            TakeUpKind.Answered => $"{coordinator} takes the answers",
            TakeUpKind.Silent => $"{coordinator} takes a CPU for silent",
            TakeUpKind.Split => $"{coordinator} splits a part of the tables",
            TakeUpKind.OutOfMemory => $"{coordinator} has no memory for a split",
            TakeUpKind.Enter => $"{coordinator} writes {(RunPhase)message}",
            TakeUpKind.EnterAtStale => $"an old activation refuses {coordinator}'s {(RunPhase)message} from memory",
            TakeUpKind.End => $"{coordinator} writes that the run is over",
            TakeUpKind.Cancel => $"{coordinator} is cancelled",
            TakeUpKind.Refresh => "an old activation of the journal reads storage",
            TakeUpKind.Confirm => Invariant($"{cpu} makes sure in epoch {message} that no newer activation exists"),
            TakeUpKind.Perform => Invariant($"{cpu} hears {(LastCommand)(message & 3)} of epoch {message >> 2}"),
            TakeUpKind.Abandon => Invariant($"{cpu} hears that epoch {message} is given up"),
            TakeUpKind.Die => $"{cpu} hears that it must not run again",
            TakeUpKind.AskFlag => $"the journal answers {cpu}: the flag is zero",
            TakeUpKind.AskFlagOfStale => $"an old activation of the journal answers {cpu}: the flag is zero",
            TakeUpKind.HearFlag => $"{cpu} hears that the flag is zero",
            TakeUpKind.LoseMemory => $"{cpu} loses its memory",
            TakeUpKind.GetFollower => $"{cpu} gets a new activation that remembers nothing; the former one lives on",
            TakeUpKind.AskStanding => $"the journal tells {cpu} where it stands: {RecordText(before.Stored)}",
            TakeUpKind.AskStandingOfStale =>
                $"an old activation tells {cpu} where it stands: {RecordText(before.Stale)}",
            TakeUpKind.HearStanding => $"{cpu} hears where it stands",
            _ => throw new ArgumentOutOfRangeException(nameof(label), label, "no such transition"),
        };
        if (WasTold(kind) && after.Coordinators[who - 1].Node == (byte)ProgramAction.Gone
            && _records[before.Stored].Life != RunLife.Ended)
            what += ", and is told that its epoch is over";
        string told = before.Stored == after.Stored ? "" : $"  [journal: {RecordText(after.Stored)}]";
        string cpus = "";
        for (int at = 0; at < 2 * TakeUpState.MaxSecondaries; at++)
            cpus += IsSeen(before, after, at) ? CpuText(after, at) : "";
        return what + told + cpus;
    }

    private static bool WasTold(TakeUpKind kind) => kind is TakeUpKind.Read or TakeUpKind.ReadStale
        or TakeUpKind.ClaimTables or TakeUpKind.Answered or TakeUpKind.Split or TakeUpKind.Enter;

    private static bool IsSeen(in TakeUpState before, in TakeUpState after, int at) =>
        before.Cpus[at].Life != after.Cpus[at].Life || before.Cpus[at].Gate != after.Cpus[at].Gate;

    private static string CpuText(in TakeUpState state, int at)
    {
        var cpu = state.Cpus[at];
        string life = cpu.Life switch
        {
            CpuLife.Runs => "sees the map",
            CpuLife.Waits => Invariant($"waits in epoch {GateOf(cpu).Current}"),
            CpuLife.Dead => "is dead",
            CpuLife.Absent => "is no more",
            _ => "remembers nothing",
        };
        return Invariant($"  [{(IsFormer(at) ? "former " : "")}CPU {CpuOf(at) + 1} {life}]");
    }

    private string RecordText(ushort record) => _records[record] is { Stamp.Epoch: > 0 } head
        ? Invariant($"epoch {head.Stamp.Epoch}, {head.Phase}{(head.Life == RunLife.Open ? "" : $", {head.Life}")}")
        : "nothing was ever run";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>Numbers commands and windows, and knows which versions of the tables a walk may find.</summary>
/// <param name="Ordered">No walk finds tables that are older.</param>
/// <param name="Current">The newest tables.</param>
public sealed record RunCommands(long Ordered, long Current)
{
    public ImmutableArray<PublishingStep> Changes { get; init; } = [];

    /// <summary>What the adversary aims at; null where no CPU speculates.</summary>
    public SpeculationPlan? Plan { get; init; }

    /// <summary>CPUs record what they do.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>CPUs say which of their walks the run's timeline shows.</summary>
    public bool IsTraced { get; init; }

    /// <summary>The last number that a window or a TLBI has.</summary>
    public long Ordinal { get; init; }

    /// <summary>The windows so far in which CPUs speculate.</summary>
    public long Opened { get; init; }

    /// <summary>The last number that a command has.</summary>
    public int Sequence { get; init; }

    /// <summary>A step has stored to the tables: until the next barrier a walk may find both.</summary>
    public RunCommands Changed(long version, string step) =>
        this with { Current = version, Changes = Changes.Add(new(version, step)) };

    /// <summary>The same where walks find the change at once.</summary>
    public RunCommands ChangedInOrder(long version, string step) => Changed(version, step).Order();

    /// <summary>A barrier: no walk that begins later finds tables older than the newest.</summary>
    public RunCommands Order() => this with { Ordered = Current };

    /// <summary>No walk finds what is older than this version.</summary>
    public RunCommands BeginAt(long version) => this with { Ordered = version, Current = version };

    /// <summary>The next number, for a TLBI: later than every window before it.</summary>
    public RunCommands Number(out long ordinal)
    {
        ordinal = Ordinal + 1;
        return this with { Ordinal = ordinal };
    }

    /// <summary>The next window.</summary>
    /// <param name="now">Model time since the run began.</param>
    public RunCommands Open(string after, SpeculationPlan? plan, ModelTime now, out RunWindow window)
    {
        var next = Number(out long ordinal);
        window = new(ordinal, after, Ordered, Current, Changes, plan, IsRecorded)
        {
            Began = now,
            IsTraced = IsTraced,
        };
        return plan is null ? next : next with { Opened = Opened + 1 };
    }

    /// <summary>The window of the next command.</summary>
    /// <param name="now">Model time since the run began.</param>
    public RunCommands OpenCommand(
        string after, SpeculationPlan? plan, ModelTime now, out RunWindow window, out int sequence)
    {
        sequence = Sequence + 1;
        return Open(after, plan, now, out window) with { Sequence = sequence };
    }
}

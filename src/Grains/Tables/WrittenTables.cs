using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Capabilities;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>
/// The tables of a machine that has been painted, made from what is written: the same changes in the same order make
/// the same versions. A change is computed by <see cref="Perform"/>, written by the caller, and published by
/// <see cref="Publish(LoggedChange, ChangedTables)"/>; a caller that cannot write gives the object up.
/// </summary>
internal sealed class WrittenTables
{
    private readonly string _key;
    private readonly SiloTables _silo;
    // The parts of the newest epoch, whose repeats get the same answers.
    private readonly List<LastSplit> _splits = [];

    /// <summary>Computes the painted map and publishes nothing.</summary>
    /// <param name="key">The machine's key.</param>
    public WrittenTables(string key, MachineHandle machine, PaintDecision decision, SiloTables silo)
    {
        (_key, _silo, Machine) = (key, silo, machine);
        Kernel = new(machine.Description);
        Painted = Kernel.Paint(decision);
    }

    public MachineHandle Machine { get; }

    public KernelTables Kernel { get; }

    public PublishedVersions Versions { get; } = new();

    /// <summary>What map_mem() made.</summary>
    public ChangedTables Painted { get; }

    /// <summary>The rewrite to non-global leaves; null before it is made.</summary>
    public ChangedTables? Rewritten { get; private set; }

    /// <summary>The permissions that boot ends with; null before they are set.</summary>
    public ChangedTables? Protected { get; private set; }

    /// <summary>The last part of a split; null before the first.</summary>
    public LastSplit? Split => _splits is [.., var last] ? last : null;

    /// <summary>The last kernel call, whose repeat gets the same answer; null before the first.</summary>
    public LastCall? Call { get; private set; }

    /// <summary>The newest tables.</summary>
    /// <exception cref="InvalidOperationException">The kernel panicked before there were any.</exception>
    public TableSnapshot Current =>
        Kernel.Current ?? throw new InvalidOperationException($"machine {_key} has no tables");

    /// <summary>Computes a change, on top of those before it; no reader of versions finds it yet.</summary>
    public ChangedTables Perform(LoggedChange change)
    {
        var changed = change.Split is { } split ? Kernel.Split(split.Range, split.From.Value, split.Budget)
            : change.Call is { } call ? Kernel.Call(call.Call)
            : change.IsRewrite ? Kernel.MakeNotGlobal()
            : Kernel.Protect();
        Kernel.Keep(changed);
        return changed;
    }

    /// <summary>Whether nothing is left of what a change was to do.</summary>
    public bool IsDone(LoggedChange change, ChangedTables changed) => change.Split is not { } split
        || (!changed.Split.OutOfMemory && changed.Split.Next >= EndOf(split));

    private VirtualAddress EndOf(SplitCommand split) => Kernel.Painter.Repainted(split.Range).End;

    /// <summary>The answer to a command that was performed, or to one that comes late.</summary>
    public SplitAnswer AnswerTo(SplitCommand command)
    {
        if (_splits.Find(s => (s.Epoch, s.Sequence) == (command.Epoch, command.Sequence)) is not { } first)
            return Split!.Answer;
        return first.Answer with
        {
            Then = [.. command.EachRange().Skip(1)
                .Select(c => _splits.Find(s => (s.Epoch, s.Sequence) == (c.Epoch, c.Sequence)))
                .OfType<LastSplit>().Select(s => s.Answer)],
        };
    }

    /// <summary>Publishes the painted map, which is written.</summary>
    public void KeepPainted()
    {
        Kernel.Keep(Painted);
        Publish(Painted);
    }

    /// <summary>Publishes a change that is written.</summary>
    public void Publish(LoggedChange change, ChangedTables changed)
    {
        Publish(changed);
        if (change.Split is { } split)
        {
            var (next, blocks, outOfMemory) = changed.Split;
            bool isDone = next >= EndOf(split);
            long total = blocks + (Split?.Answer.TotalBlocks ?? 0);
            _splits.RemoveAll(s => s.Epoch < split.Epoch);
            _splits.Add(new(split.Epoch, split.Sequence,
                new(changed.Tables!.Version, next, isDone, blocks, outOfMemory, total)));
        }
        else if (change.Call is { } call)
        {
            Call = new(call.Sequence, changed);
        }
        else if (change.IsRewrite)
        {
            Rewritten = changed;
        }
        else
        {
            Protected = changed;
        }
    }

    private void Publish(ChangedTables change)
    {
        if (change.Tables is not { } tables)
            return;
        Versions.Publish(tables);
        _silo.Add(_key, tables);
    }
}

/// <summary>A part of a split that was made, by the numbers of its command.</summary>
internal sealed record LastSplit(long Epoch, int Sequence, SplitAnswer Answer);

/// <summary>A kernel call that was made.</summary>
internal sealed record LastCall(long Sequence, ChangedTables Change)
{
    /// <summary>Its answer; null until its flush is complete.</summary>
    public KernelCallAnswer? Answer { get; set; }
}

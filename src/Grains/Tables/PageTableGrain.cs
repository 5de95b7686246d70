using Microsoft.Extensions.Options;
using Orleans.Mmu.Arm;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>
/// The only writer of a machine's tables. It publishes a version for each change; neighbours share what they have in
/// common, and the last few are kept, since a CPU may still look at an older one.
/// </summary>
public sealed class PageTableGrain(IOptions<MmuOptions> options, TimeProvider time) : Grain, IPageTableGrain
{
    private const int Kept = 4;
    private readonly Dictionary<long, PublishedTables> _versions = [];
    private MachineHandle? _machine;
    private LinearMapPainter? _painter;
    private TableSnapshot? _current;
    private TablesAnswer? _painted;
    private TablesAnswer? _protected;
    private (long Epoch, int Sequence) _lastSplit;
    private SplitAnswer? _lastSplitAnswer;
    private KernelMemory? _memory;
    private long _lastCall;
    private KernelCallAnswer? _lastCallAnswer;

    public Task<TablesAnswer> Paint(MachineHandle machine, bool forcePages, bool requiresBbml2, CancellationToken cancellationToken)
    {
        if (_painted is not null)
            return Task.FromResult(_painted);
        _machine = machine;
        _painter = new LinearMapPainter(machine.Description);
        return Task.FromResult(_painted = Change(() => _painter.Paint(new(forcePages, requiresBbml2))));
    }

    public Task<SplitAnswer> Split(SplitCommand command, CancellationToken cancellationToken)
    {
        var (painter, tables) = Ready();
        int order = (command.Epoch, command.Sequence).CompareTo(_lastSplit);
        if (order == 0)
            return Task.FromResult(_lastSplitAnswer!);
        if (order < 0)
            return Task.FromResult(new SplitAnswer(tables.Version, command.From, false, 0, false, Stale: true));

        var range = LinearRange.Of((RepaintRange)command.Range, _machine!.Description);
        var from = command.From == 0 ? range.Start : new VirtualAddress(command.From);
        var editor = new TableEditor(tables);
        var progress = new RangeSplit(editor, painter.Pages, painter.Swapper).Advance(range with { Start = from }, command.Budget);
        Publish(editor.Publish());
        _lastSplit = (command.Epoch, command.Sequence);
        _lastSplitAnswer = new(_current!.Version, progress.Next.Value, progress.Next >= range.End, progress.Blocks, progress.OutOfMemory, Stale: false);
        return Task.FromResult(_lastSplitAnswer);
    }

    public Task<TablesAnswer> Protect(CancellationToken cancellationToken)
    {
        var (painter, tables) = Ready();
        return Task.FromResult(_protected ??= Checked(Change(() => painter.Protect(tables))));
    }

    public async Task<KernelCallAnswer> Call(KernelCallCommand command, CancellationToken cancellationToken)
    {
        var (painter, tables) = Ready();
        if (command.Sequence <= _lastCall)
            return command.Sequence == _lastCall ? _lastCallAnswer! : _lastCallAnswer! with { Stale = true };
        _memory ??= KernelMemory.AfterBoot(_machine!.Description, painter);
        var editor = new TableEditor(tables);
        var result = new KernelCallResult(KernelError.None, [], []);
        string? panic = null;
        try
        {
            result = _memory.Perform(editor, command.ToCall());
        }
        catch (KernelPanicException e)
        {
            panic = e.Message;
        }

        // The stores are visible before the TLBI is sent, and the call returns after it: dsb(ishst), tlbi, dsb(ish).
        Publish(editor.Publish());
        var flushes = command.LeaveOutFlush ? [] : result.Flushes;
        var silent = flushes.Count == 0 ? [] : await new InnerShareableDomain(GrainFactory, this.GetPrimaryKeyString(), options.Value, time)
            .Broadcast(command.Cpus, flushes, TlbiMessage.RunTimeEpoch, command.Sequence, _current!.Version);
        _lastCall = command.Sequence;
        var last = _memory.Areas.GetValueOrDefault(_memory.LastArea);
        return _lastCallAnswer = new(_current!.Version, result.Error, panic, [.. result.Warnings], _memory.LastArea,
            [.. (last?.Pages ?? []).Take(8).Select(p => p.Value)], _memory.Frames.Free, flushes.Count, [.. silent], Stale: false);
    }

    public Task<WorkMessage> PlanWork(ulong seed, int count, CancellationToken cancellationToken)
    {
        var (painter, tables) = Ready();
        _memory ??= KernelMemory.AfterBoot(_machine!.Description, painter);
        return Task.FromResult(WorkPlan.Of(_memory, seed, count).ToMessage(tables.Version));
    }

    public Task<TablesAnswer> Inspect(CancellationToken cancellationToken)
    {
        var (painter, tables) = Ready();
        var answer = Checked(new(tables.Version, LeafCensus.Of(tables, painter.Swapper).ToReport(), null, []));
        var broken = _memory is null ? [] : MapInvariants.Of(_memory, tables);
        return Task.FromResult(answer with { Violations = [.. answer.Violations, .. broken.Select(v => v.ToReport())] });
    }

    public Task<PlanMessage> PlanSpeculation(ulong seed, CancellationToken cancellationToken)
    {
        var (_, tables) = Ready();
        return Task.FromResult(SpeculationPlan.ForRepaint(_machine!.Description, tables, seed).ToMessage());
    }

    public Task<PublishedTables> GetTables(long version, CancellationToken cancellationToken)
    {
        var (_, tables) = Ready();
        return Task.FromResult(_versions.TryGetValue(version == 0 ? tables.Version : version, out var published)
            ? published
            : throw new InvalidOperationException($"version {version} of the tables is no longer kept; the newest is {tables.Version}"));
    }

    public Task<MachineHandle> GetMachine(CancellationToken cancellationToken) =>
        Task.FromResult(_machine ?? throw NotPainted());

    private (LinearMapPainter Painter, TableSnapshot Tables) Ready() =>
        _painter is { } painter && _current is { } current ? (painter, current) : throw NotPainted();

    private InvalidOperationException NotPainted() => new($"machine {this.GetPrimaryKeyString()} has no tables yet");

    private TablesAnswer Change(Func<TableSnapshot> change)
    {
        try
        {
            Publish(change());
            return new(_current!.Version, LeafCensus.Of(_current, _painter!.Swapper).ToReport(), null, []);
        }
        catch (KernelPanicException panic)
        {
            return new(_current?.Version ?? 0, new([], [], 0), panic.Message, []);
        }
    }

    // Boot is over: what must not be writable any more is looked at once.
    private TablesAnswer Checked(TablesAnswer answer) => answer.Panic is not null ? answer : answer with
    {
        Violations = [.. ImageAliasCheck.Of(_painter!, _machine!.Description.Rules, _current!).Select(v => v.ToReport())],
    };

    private void Publish(TableSnapshot tables)
    {
        _current = tables;
        _versions[tables.Version] = new(tables);
        _versions.Remove(tables.Version - Kept);
    }
}

using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>Fetches a CPU's instructions into its window and orders their events.</summary>
internal sealed partial class WindowOrdering(
    WindowPrograms programs, WindowTranslation translation, WindowValues values, bool ets2)
{
    /// <summary>The most instructions in a window.</summary>
    public const int Size = 60;

    private readonly RegisterFlow _flow = new(programs.Test);
    private readonly List<EntryOrder> _orders = [];
    private OrderSoFar _so;
    private WindowCpu _cpu = new(0, 0);
    private bool _guesses;

    /// <summary>
    /// Fetches what can be fetched and orders the window; null where a guess was wrong, so that no execution is so.
    /// </summary>
    public WindowOrder? Build(WindowCpu cpu)
    {
        _cpu = cpu;
        _so = new() { InHandler = cpu.InHandler, HasFaulted = cpu.Faults.Count > 0 };
        _orders.Clear();
        _guesses = false;
        _flow.Start(cpu);
        for (int i = 0; i < cpu.Retired.Count; i++)
            AddRetired(cpu.Retired[i], 1UL << i);
        int? next = cpu.Next;
        for (int at = 0; ; at++)
        {
            if (at == cpu.Entries.Count)
            {
                if (next is not >= 0 || at == Size)
                    break;
                cpu.Entries.Add(new WindowEntry(next.Value));
            }

            if (!TryOrder(at, out next))
                return null;
        }

        return new WindowOrder([.. _orders]);
    }

    private void AddRetired(in RetiredTlbi tlbi, ulong bit)
    {
        var set = new TlbiSet(0, bit);
        _so.Issued |= set;
        if (tlbi.Stage >= TlbiStage.BeforeDsb)
            _so.Synchronized |= set;
        if (tlbi.Stage >= TlbiStage.BeforeContext)
            _so.InContext |= set;
    }

    // False where a guess was wrong. next is the instruction that follows; null where it is not known, −1 for none.
    private bool TryOrder(int at, out int? next)
    {
        var entry = _cpu.Entries[at];
        var instruction = programs.Of(_cpu.Number, entry.At);
        next = programs.After(_cpu.Number, entry.At);
        var order = new EntryOrder { Location = WindowEntry.None };
        bool right = true;
        switch (instruction)
        {
            case SelectInstruction select:
                right = IsRight(entry, _flow.Holds(select.Condition), ref order, out var chosen);
                _flow.Select(select, chosen);
                break;
            case BranchInstruction { Condition: null } branch:
                next = branch.Target <= entry.At && _guesses ? null : branch.Target;
                break;
            case BranchInstruction { Condition: { } condition } branch:
                right = IsRight(entry, _flow.Holds(condition), ref order, out bool? taken);
                next = Follow(taken, branch.Target, entry.At, _flow.Flags.All);
                break;
            case CompareBranchInstruction branch:
                var register = _flow.Read(branch.Register);
                right = IsRight(
                    entry, register.Known ? RegisterDecisions.Takes(programs.Test, branch, register.Value) : null,
                    ref order, out taken);
                next = Follow(taken, branch.Target, entry.At, register.All);
                break;
            case DmbInstruction dmb:
                _so.Dmb(dmb.Accesses);
                break;
            case DsbInstruction dsb:
                _so.Dsb(dsb.Accesses);
                if (dsb.Accesses == BarrierAccesses.All)
                    Synchronize(dsb);
                break;
            case IsbInstruction:
                _so.SynchronizeContext(0);
                break;
            case TlbiInstruction tlbi:
                Tlbi(at, entry, tlbi, ref order);
                break;
            case EndInstruction:
                next = WindowEntry.None;
                break;
            case ExceptionInstruction exception:
                right = programs.CanEnter(_cpu.Number, _so.HasFaulted, _so.InHandler);
                next = Enter(
                    WindowPrograms.TypeOf(exception), WindowPrograms.ReturnOf(exception, entry.At), entry.At, 0);
                break;
            case ExceptionReturnInstruction:
                next = Return(instruction);
                break;
            default:
                if (programs.AccessAt(_cpu.Number, entry.At) is { } access)
                    next = Order(at, access, ref order, next);
                else
                    _flow.TryFollow(_cpu.Number, instruction);
                break;
        }

        _orders.Add(order);
        return right;
    }

    private int? Order(int at, ExplicitAccess access, ref EntryOrder order, int? next)
    {
        ulong picked = new AccessOrdering(_flow, translation, programs, values, ets2)
            .Order(_cpu, at, access, ref order, ref _so, _orders);
        var entry = _cpu.Entries[at];
        return entry.Fault == LitmusFault.None ? next : Enter(entry.Fault, entry.At, entry.At, picked);
    }

    private void Synchronize(DsbInstruction dsb)
    {
        foreach (var (set, broadcast) in programs.TlbisIn(_so.Issued, _cpu))
        {
            if (dsb.Kind.Completes(broadcast))
                _so.Synchronized |= set;
        }
    }

    private void Tlbi(int at, in WindowEntry entry, TlbiInstruction tlbi, ref EntryOrder order)
    {
        var operand = tlbi.Register is { } register ? _flow.Read(register) : FlowingValue.Of(default);
        order.Address = operand.Known ? operand.Value : null;
        // addr, ctrl and pick dependencies to [TLBI]; DSB-ob; IFB-ob.
        order.BeforeOther = EventSet.OfReads(operand.All | _so.Control) | _so.BeforeDsb | _so.BeforeContext;
        order.Completes = _so.Synchronized;
        ulong bit = 1UL << at;
        if (!entry.Has(EntryProgress.Other))
        {
            _so.Awaited |= bit;
            _so.Events |= new EventSet(0, 0, 0, bit);
        }

        if (!entry.Has(EntryProgress.Other) || entry.Removes is not null)
            _so.Issued |= new TlbiSet(bit, 0);
    }
}

using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Takes instructions out of the head of a window, where everything is performed: registers get their values, and a
/// wrong guess shows.
/// </summary>
internal sealed class WindowRetiring(WindowPrograms programs, DeprecationFlags deprecations)
{
    private readonly RegisterFlow _flow = new(programs.Test);

    public void Start(WindowCpu cpu) => _flow.Start(cpu);

    public void Save(WindowCpu cpu) => _flow.Save(cpu);

    /// <summary>Retires one instruction; false where no execution does what it does.</summary>
    public bool TryRetire(WindowCpu cpu, in WindowEntry entry)
    {
        var instruction = programs.Of(cpu.Number, entry.At);
        deprecations.Execute(instruction);
        cpu.Next = programs.After(cpu.Number, entry.At);
        bool? holds = null;
        switch (instruction)
        {
            case SelectInstruction select:
                holds = _flow.Holds(select.Condition);
                _flow.Select(select, holds);
                break;
            case BranchInstruction branch:
                holds = branch.Condition is { } condition ? _flow.Holds(condition) : null;
                if (holds != false)
                    cpu.Next = branch.Target;
                break;
            case CompareBranchInstruction branch:
                holds = RegisterDecisions.Takes(programs.Test, branch, _flow.Read(branch.Register).Value);
                if (holds == true)
                    cpu.Next = branch.Target;
                break;
            case DsbInstruction { Accesses: BarrierAccesses.All } dsb:
                Advance(cpu, TlbiStage.Issued, t => dsb.Kind.Completes(t.Broadcast));
                break;
            case IsbInstruction:
                Advance(cpu, TlbiStage.BeforeDsb, _ => true);
                break;
            case TlbiInstruction tlbi:
                if (entry.Removes is { } removes)
                    cpu.Retired.Add(new(removes, tlbi.Broadcast, TlbiStage.Issued));
                break;
            case EndInstruction:
                cpu.Next = WindowEntry.None;
                break;
            case ExceptionInstruction exception:
                return TryEnter(
                    cpu, new(entry.At, null, WindowPrograms.TypeOf(exception)),
                    WindowPrograms.ReturnOf(exception, entry.At));
            case ExceptionReturnInstruction:
                cpu.InHandler = false;
                cpu.Next = programs.Linked(cpu.Number, _flow.Link.Value, instruction);
                if (programs.Test.Variant.ReturnSynchronizes)
                    Advance(cpu, TlbiStage.BeforeDsb, _ => true);
                break;
            default:
                if (programs.AccessAt(cpu.Number, entry.At) is { } access)
                    return TryRetire(cpu, entry, access);
                _flow.TryFollow(cpu.Number, instruction);
                break;
        }

        return entry.Guess == Guess.None || holds == (entry.Guess == Guess.Holds);
    }

    private bool TryRetire(WindowCpu cpu, in WindowEntry entry, ExplicitAccess access)
    {
        if (entry.Fault != LitmusFault.None)
        {
            // The base and the index are known, since the walk needed them.
            var address = programs.Locations.AddressOf(
                _flow.Read(access.Base).Value, _flow.Read(access.Index).Value, access.Instruction, access.Base);
            return TryEnter(cpu, new(entry.At, address, entry.Fault), entry.At);
        }

        switch (access.Instruction)
        {
            case CompareSwapInstruction swap:
                if (entry.Value == _flow.Read(swap.Compared).Value != (entry.Guess == Guess.Holds))
                    return false;
                break;
            case LoadExclusiveInstruction:
                cpu.Monitored = entry.Location;
                cpu.IsMonitorOpen = entry.Has(EntryProgress.Overwritten);
                break;
            case StoreExclusiveInstruction store:
                cpu.Monitored = WindowEntry.None;
                cpu.IsMonitorOpen = false;
                _flow.Set(
                    store.Status, FlowingValue.Of(LitmusValue.Number(entry.Guess == Guess.Holds ? 0 : 1)));
                break;
        }

        if (access.Reads)
            _flow.Set(access.Target, FlowingValue.Of(entry.Value));
        return true;
    }

    private bool TryEnter(WindowCpu cpu, FaultRecord record, int returnsTo)
    {
        if (!programs.CanEnter(cpu.Number, cpu.Faults.Count > 0, cpu.InHandler))
            return false;
        if (!cpu.Faults.Contains(record))
            cpu.Faults.Add(record);
        if (programs.EntrySynchronizes(record.Type))
            Advance(cpu, TlbiStage.BeforeDsb, _ => true);
        if (programs.Handler(cpu.Number) is { } handler)
        {
            cpu.InHandler = true;
            _flow.Link = FlowingValue.Of(LitmusValue.Code(cpu.Number, returnsTo));
            cpu.Next = handler;
        }
        else
        {
            cpu.Next = programs.AfterFault(cpu.Number, record.Instruction, returnsTo);
        }

        return true;
    }

    private static void Advance(WindowCpu cpu, TlbiStage from, Func<RetiredTlbi, bool> takesPart)
    {
        for (int i = 0; i < cpu.Retired.Count; i++)
        {
            if (cpu.Retired[i].Stage == from && takesPart(cpu.Retired[i]))
                cpu.Retired[i] = cpu.Retired[i] with { Stage = from + 1 };
        }
    }
}

using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Does at once what commutes with every event of other CPUs: fetches, computes registers, retires what is performed at
/// the head of the window, and performs TLBIs and faults that complete no TLBI. The earlier a TLBI is, the fewer versions
/// it removes, and a fault orders nothing after itself: a later moment would add no execution.
/// </summary>
internal sealed class WindowSettling(WindowPrograms programs, WindowOrdering ordering, WindowTlbis tlbis)
{
    // A program that retires so many instructions without a read or a write never ends.
    private const int MostRetired = 1 << 14;

    private readonly RegisterFlow _flow = new(programs.Test);

    /// <summary>
    /// Settles a CPU that may be changed; false where a guess was wrong or the program runs for ever.
    /// </summary>
    public bool TrySettle(WindowCpu cpu, WindowMemory memory)
    {
        for (int retired = 0; retired < MostRetired;)
        {
            if (!TryRetire(cpu, ref retired) || ordering.Build(cpu) is not { } order)
                return false;
            cpu.Order = order;
            if (!Perform(cpu, memory, order) && !CanRetire(cpu))
                return true;
        }

        return false;
    }

    // Performs every TLBI and fault that can be; true if there was one.
    private bool Perform(WindowCpu cpu, WindowMemory memory, WindowOrder order)
    {
        bool any = false;
        for (int at = 0; at < cpu.Entries.Count; at++)
        {
            var entry = cpu.Entries[at];
            ref readonly var ordered = ref order.Entries[at];
            if (entry.Has(EntryProgress.Other) || !ordered.BeforeOther.IsEmpty || !ordered.Completes.IsEmpty)
                continue;
            if (entry.Fault != LitmusFault.None)
                cpu.Entries[at] = entry with { Progress = entry.Progress | EntryProgress.Other };
            else if (programs.Of(cpu.Number, entry.At) is TlbiInstruction tlbi && ordered.Address is { } operand)
                cpu.Entries[at] = Issued(entry, tlbi, operand, memory);
            else
                continue;
            any = true;
        }

        return any;
    }

    /// <summary>The entry of a TLBI that is performed now.</summary>
    public WindowEntry Issued(WindowEntry entry, TlbiInstruction tlbi, LitmusValue operand, WindowMemory memory) =>
        entry with
        {
            Progress = entry.Progress | EntryProgress.Other,
            Removes = tlbis.Removes(memory, tlbi, operand),
        };

    private bool CanRetire(WindowCpu cpu) => cpu.Entries.Count > 0 && IsPerformed(cpu.Number, cpu.Entries[0]);

    // Everything before the head is performed, so the registers that a computation reads are known.
    private bool IsPerformed(int cpu, in WindowEntry entry)
    {
        if (entry.Fault != LitmusFault.None)
            return entry.Has(EntryProgress.Other);
        if (programs.AccessAt(cpu, entry.At) is { } access)
            return (!access.Reads || entry.Has(EntryProgress.Read))
                && (!access.Writes || entry.Has(EntryProgress.Written));
        return programs.Of(cpu, entry.At) is not TlbiInstruction || entry.Has(EntryProgress.Other);
    }

    private bool TryRetire(WindowCpu cpu, ref int retired)
    {
        int count = 0;
        _flow.Start(cpu);
        for (; count < cpu.Entries.Count && IsPerformed(cpu.Number, cpu.Entries[count]); count++)
        {
            if (!TryRetire(cpu, cpu.Entries[count]))
                return false;
        }

        if (count == 0)
            return true;
        retired += count;
        _flow.Save(cpu);
        cpu.Entries.RemoveRange(0, count);
        for (int i = 0; i < cpu.Entries.Count; i++)
        {
            if (cpu.Entries[i].Source >= 0)
                cpu.Entries[i] = cpu.Entries[i] with { Source = cpu.Entries[i].Source - count };
        }

        if (cpu.Entries.Count > 0)
            cpu.Next = cpu.Entries[0].At;
        if (cpu.HasEnded)
            cpu.Forget();
        return true;
    }

    private bool TryRetire(WindowCpu cpu, in WindowEntry entry)
    {
        var instruction = programs.Of(cpu.Number, entry.At);
        cpu.Next = programs.After(cpu.Number, entry.At);
        bool? holds = null;
        switch (instruction)
        {
            case MoveInstruction move:
                _flow.Move(move);
                break;
            case ArithmeticInstruction arithmetic:
                _flow.Compute(arithmetic);
                break;
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
                holds = _flow.Read(branch.Register).Value == LitmusValue.Zero == branch.OnZero;
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
            default:
                if (programs.AccessAt(cpu.Number, entry.At) is { } access)
                    RetireAccess(cpu, entry, access);
                break;
        }

        return entry.Guess == Guess.None || holds == (entry.Guess == Guess.Holds);
    }

    private void RetireAccess(WindowCpu cpu, in WindowEntry entry, ExplicitAccess access)
    {
        if (entry.Fault == LitmusFault.None)
        {
            if (access.Reads)
                _flow.Load(access.Target, entry.Value, null);
            return;
        }

        // The base and the index are known, since the walk needed them.
        var address = programs.Locations.AddressOf(
            _flow.Read(access.Base).Value, _flow.Read(access.Index).Value, access.Instruction);
        var record = new FaultRecord(entry.At, address.Page, entry.Fault);
        if (!cpu.Faults.Contains(record))
            cpu.Faults.Add(record);
        Advance(cpu, TlbiStage.BeforeDsb, _ => true);
        cpu.Next = programs.Test.ImpreciseFaults ? entry.At : -1;
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

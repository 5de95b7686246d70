using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Does at once what commutes with every event of other CPUs: fetches, computes registers, retires what is performed at
/// the head of the window, and performs TLBIs and faults that complete no TLBI. The earlier a TLBI is, the fewer
/// versions it removes, and a fault orders nothing after itself: a later moment would add no execution.
/// </summary>
internal sealed class WindowSettling(
    WindowPrograms programs, WindowOrdering ordering, WindowTlbis tlbis, WindowRetiring retiring)
{
    // A program that retires so many instructions without a read or a write never ends.
    private const int MostRetired = 1 << 14;

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
            if (entry.Has(EntryProgress.Other) || entry.IsUpdating || !ordered.BeforeOther.IsEmpty
                || !ordered.Completes.IsEmpty)
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

    private bool CanRetire(WindowCpu cpu) => cpu.Entries.Count > 0 && IsPerformed(cpu, cpu.Entries[0]);

    // Everything before the head is performed, so the registers that a computation reads are known.
    private bool IsPerformed(WindowCpu cpu, in WindowEntry entry)
    {
        if (entry.Fault != LitmusFault.None)
            return entry.Has(EntryProgress.Other);
        if (programs.AccessAt(cpu.Number, entry.At) is not { } access)
            return programs.Of(cpu.Number, entry.At) is not TlbiInstruction || entry.Has(EntryProgress.Other);
        if (access.Compares || access.IsExclusiveStore)
        {
            if (entry.Guess == Guess.None)
                return false;
            if (access.IsExclusiveStore && entry.Guess == Guess.Fails)
                return true;
        }

        return access.IsPerformed(entry) && !entry.IsUpdating;
    }

    private bool TryRetire(WindowCpu cpu, ref int retired)
    {
        int count = 0;
        retiring.Start(cpu);
        for (; count < cpu.Entries.Count && IsPerformed(cpu, cpu.Entries[count]); count++)
        {
            if (!retiring.TryRetire(cpu, cpu.Entries[count]))
                return false;
        }

        if (count == 0)
            return true;
        retired += count;
        retiring.Save(cpu);
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
}

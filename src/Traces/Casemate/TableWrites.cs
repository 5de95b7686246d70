using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Traces.Casemate;

/// <summary>The stores that lead from one version of the tables to the next, in the kernel's order.</summary>
public sealed class TableWrites(CasemateWriter writer, int cpu)
{
    /// <summary>Every word of a table and of the tables below it that is not zero, the lower ones first.</summary>
    public void All(TranslationTable table)
    {
        for (int i = 0; i < table.Count; i++)
        {
            if (table[i].IsNone)
                continue;
            if (table.Child(i) is { } child)
                All(child);
            writer.Write(cpu, table.AddressOf(i), table[i]);
        }
    }

    /// <summary>What differs: a group loses its Contiguous bits first; a table is filled, and ordered by a DSB, before it is linked.</summary>
    public void Between(TranslationTable old, TranslationTable now)
    {
        if (ReferenceEquals(old, now))
            return;
        for (int i = 0; i < now.Count; i++)
        {
            if (old[i] != now[i] && old.Child(i) is null && old[i].Contiguous && !now[i].Contiguous)
                writer.Write(cpu, now.AddressOf(i), old[i].WithContiguous(false));
        }

        for (int i = 0; i < now.Count; i++)
        {
            if (old[i] == now[i])
            {
                if (now.Child(i) is { } below && old.Child(i) is { } before)
                    Between(before, below);
                continue;
            }

            if (now.Child(i) is { } child)
            {
                All(child);
                writer.Dsb(cpu, DsbKind.Ishst);
            }
            else if (old[i].WithContiguous(false) == now[i])
            {
                continue;
            }

            writer.Write(cpu, now.AddressOf(i), now[i]);
        }
    }
}

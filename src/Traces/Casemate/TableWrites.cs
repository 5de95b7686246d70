using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Traces.Casemate;

/// <summary>The stores that lead from one version of the tables to the next, in the kernel's order.</summary>
public sealed class TableWrites(CasemateWriter writer, int cpu)
{
    /// <summary>Every word that is not zero in a table and the tables below it, lower tables first.</summary>
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

    /// <summary>
    /// Every word that differs. A group loses its Contiguous bits first. A new table is filled, and a DSB orders its
    /// words, before a descriptor points to it.
    /// </summary>
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

using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Litmus.Tests;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Litmus.Checks;

/// <summary>
/// Shows the state of each CPU of a litmus test at one moment: its TLB entries and its pending TLBIs and stores, by the
/// test's own names.
/// </summary>
internal sealed class LitmusLanes(LitmusTest test, LitmusSystem system)
{
    public ImmutableArray<CpuLane> Of(LitmusState state) =>
        [.. Enumerable.Range(0, state.Cpus.Length).Select(cpu => Of(state, cpu))];

    /// <summary>The TLB entry that a slot holds with a descriptor, as text: "2M block PMD(x) = (oa:PA(x))".</summary>
    public string EntryName(int slot, int descriptor)
    {
        var at = system.Slots.All[slot];
        if (at.Word < 0)
            return "pgd -> pmd table";
        var names = test.Names;
        var held = names.Descriptors[descriptor];
        string word = names.WordName(at.Word);
        if (held.Table is not null)
            return $"{word} -> pte table";
        string size = names.Words[at.Word].IsPmd ? "2M block" : held.Cont ? "contiguous 4K page" : "4K page";
        string whose = at.Page != names.Words[at.Word].Page && !names.Words[at.Word].IsPmd
            ? $" for {names.PageName(at.Page)}" : "";
        return $"{size} {word} = {held.Text(names.PageName)}{whose}";
    }

    private CpuLane Of(LitmusState state, int number)
    {
        var cpu = state.Cpus[number];
        string next = cpu.HasEnded ? "" : test.Programs[number][cpu.At].Text;
        return new(number, next, "kernel", Roots(cpu.Roots), [.. Entries(state, cpu)], [.. Pending(cpu)]);
    }

    private IEnumerable<string> Entries(LitmusState state, LitmusCpu cpu)
    {
        for (int slot = 0; slot < cpu.Usable.Length; slot++)
        {
            // An entry whose descriptor never changes is left out: it is the same in every state.
            var at = system.Slots.All[slot];
            if (at.Parent == LitmusSlot.Unchanging && state.Memory.Newest(at.Word) == 0
                && !test.Names.Descriptors[state.Memory.Descriptor(at.Word, 0)].Cont)
                continue;
            for (uint left = cpu.Usable[slot] | cpu.UsableUntilIsb[slot]; left != 0; left &= left - 1)
            {
                int version = BitOperations.TrailingZeroCount(left);
                int word = system.Slots.All[slot].Word;
                string until = (cpu.Usable[slot] >> version & 1) == 0 ? " until its ISB" : "";
                yield return EntryName(slot, word < 0 ? 0 : state.Memory.Descriptor(word, version)) + until;
            }
        }
    }

    private IEnumerable<string> Pending(LitmusCpu cpu) =>
        cpu.Pending.Select(t => t.Instruction.Text).Concat(cpu.Buffer.Select(StoreName));

    /// <summary>A buffered store as text: "PMD(x) = (table:PTE(x))".</summary>
    public string StoreName(BufferedStore store)
    {
        var names = test.Names;
        int page = store.Target / LitmusMemory.CellsOfPage;
        int byteInPage = store.Target % LitmusMemory.CellsOfPage * names.CellBytes(store.IsTableWord ? 0 : page);
        string offset = byteInPage > 0 ? string.Create(CultureInfo.InvariantCulture, $"+{byteInPage}") : "";
        string target = store.IsTableWord ? names.WordName(store.Target)
            : $"{names.PageName(page)}{offset}";
        return $"{target} = {names.Text(store.Value)}";
    }

    private static string Roots(LitmusRoot roots)
    {
        string names = string.Join(
            " or ", new[] { (LitmusRoot.Swapper, "swapper_pg_dir"), (LitmusRoot.Reserved, "reserved_pg_dir") }
            .Where(r => (roots & r.Item1) != 0).Select(r => r.Item2));
        return (roots & LitmusRoot.Cnp) != 0 ? $"{names} with CnP" : names;
    }
}

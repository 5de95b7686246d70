using System.Numerics;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// TLBIs. A TLBI is an event of its own: versions that were overwritten before it are removed, and later versions are
/// not. The removal is complete when the first event is performed that the issuer's DSB orders after the TLBI.
/// </summary>
internal sealed class WindowTlbis(WindowPrograms programs, WindowTranslation translation)
{
    /// <summary>The versions of each word that a TLBI removes if it is performed now; null for none.</summary>
    public uint[]? Removes(WindowMemory memory, TlbiInstruction tlbi, LitmusValue operand)
    {
        uint[]? removes = null;
        var names = programs.Test.Names;
        var pages = tlbi.Register is null ? TlbiPages.None : TlbiPages.Of(programs.Test, tlbi, operand);
        for (int word = 0; word < memory.Words; word++)
        {
            bool named = tlbi.Scope switch
            {
                TlbiScope.All => true,
                TlbiScope.Asid => true,
                _ => pages.Fields.NamesLeafAt(3) && pages.Contains(names, names.Words[word].Page),
            };
            if (!named || translation.IsConstant(word))
                continue;
            uint overwritten = (1u << memory.Newest(word)) - 1;
            // A TLBI by ASID leaves global entries.
            for (uint left = tlbi.Scope == TlbiScope.Asid ? overwritten : 0; left != 0; left &= left - 1)
            {
                int version = BitOperations.TrailingZeroCount(left);
                if (!names.Descriptors[memory.Descriptor(word, version)].Ng)
                    overwritten &= ~(1u << version);
            }

            if (overwritten != 0)
                (removes ??= new uint[memory.Words])[word] = overwritten;
        }

        return removes;
    }

    /// <summary>
    /// Completes TLBIs of a CPU before an event that is ordered after them. False where another CPU still has an
    /// access to perform through a version that they remove (TLBI-ob): the event must wait.
    /// </summary>
    public bool TryComplete(WindowState state, int issuer, TlbiSet tlbis)
    {
        if (tlbis.IsEmpty)
            return true;
        var cpu = state.Cpus[issuer];
        uint[]? broadcast = null, own = null;
        foreach (var (single, toAll) in programs.TlbisIn(tlbis, cpu))
        {
            uint[]? removes = RemovedBy(cpu, single);
            if (removes is null)
                continue;
            Add(ref own, removes);
            if (toAll)
                Add(ref broadcast, removes);
        }

        if (own is null)
            return true;
        for (int target = 0; broadcast is not null && target < state.Cpus.Length; target++)
        {
            if (target != issuer && HasAccessThrough(state.Cpus[target], WaitsFor(state.Cpus[target], broadcast)))
                return false;
        }

        for (int target = 0; broadcast is not null && target < state.Cpus.Length; target++)
        {
            if (target != issuer && !state.Cpus[target].HasEnded
                && !Includes(state.Cpus[target].RemovedByOthers, broadcast))
                AddTo(state.Change(target).RemovedByOthers, broadcast);
        }

        Finish(state.Change(issuer), tlbis, own);
        return true;
    }

    // With the erratum, only a TLBI that is repeated behind the DSB of the first one waits for accesses.
    private uint[] WaitsFor(WindowCpu target, uint[] removes) => !programs.Test.Variant.RepeatsTlbi ? removes
        : [.. removes.Select((mask, word) => mask & target.RemovedByOthers[word])];

    private static void Finish(WindowCpu cpu, TlbiSet tlbis, uint[] own)
    {
        AddTo(cpu.RemovedByItself, own);
        for (ulong left = tlbis.Window; left != 0; left &= left - 1)
        {
            int at = BitOperations.TrailingZeroCount(left);
            cpu.Entries[at] = cpu.Entries[at] with { Removes = null };
        }

        for (int i = cpu.Retired.Count - 1; i >= 0; i--)
        {
            if ((tlbis.Retired & (1UL << i)) != 0)
                cpu.Retired.RemoveAt(i);
        }
    }

    private static uint[]? RemovedBy(WindowCpu cpu, TlbiSet single) => single.Window != 0
        ? cpu.Entries[BitOperations.TrailingZeroCount(single.Window)].Removes
        : cpu.Retired[BitOperations.TrailingZeroCount(single.Retired)].Removes;

    // Whether a walk has read a version that is removed, and the access or the fault after it is not performed.
    private bool HasAccessThrough(WindowCpu cpu, uint[] removes)
    {
        for (int at = 0; at < cpu.Entries.Count; at++)
        {
            var entry = cpu.Entries[at];
            if (entry.Version < 0 || cpu.Order!.Entries[at] is not { Access: { } access, Address: { } address })
                continue;
            bool performed = entry.Fault != LitmusFault.None
                ? entry.Has(EntryProgress.Other) : access.IsPerformed(entry);
            if (!performed && (removes[translation.WordOf(address.Page)] & (1u << entry.Version)) != 0)
                return true;
        }

        return false;
    }

    private static void Add(ref uint[]? masks, uint[] removes)
    {
        masks ??= new uint[removes.Length];
        AddTo(masks, removes);
    }

    private static void AddTo(uint[] masks, uint[] removes)
    {
        for (int i = 0; i < masks.Length; i++)
            masks[i] |= removes[i];
    }

    private static bool Includes(uint[] masks, uint[] removes)
    {
        for (int i = 0; i < masks.Length; i++)
        {
            if ((removes[i] & ~masks[i]) != 0)
                return false;
        }

        return true;
    }
}

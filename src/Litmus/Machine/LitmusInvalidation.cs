using System.Numerics;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// TLBIs. A TLBI removes versions that were overwritten before its floor; a removed version comes back only by a new
/// walk. Until its issuer's full DSB a TLBI may have done nothing; after it, it is complete on every target.
/// </summary>
internal sealed class LitmusInvalidation(LitmusTest test, LitmusLayout layout, LitmusSlots slots, LitmusTlb tlb)
{
    /// <summary>
    /// Issues a TLBI. What remains of each target's set is computed now and takes effect at the issuer's DSB.
    /// </summary>
    public void Issue(LitmusState state, int issuer, PendingTlbi tlbi)
    {
        state.Cpus[issuer].Pending.Add(tlbi);
        for (int target = 0; target < state.Cpus.Length; target++)
        {
            var cpu = state.Cpus[target];
            if (tlbi.Instruction.Broadcast)
                cpu.AfterBroadcast[issuer] = After(state.Memory, cpu, cpu.AfterBroadcast[issuer] ?? cpu.Usable, tlbi);
            else if (target == issuer)
                cpu.AfterLocal = After(state.Memory, cpu, cpu.AfterLocal ?? cpu.Usable, tlbi);
        }
    }

    /// <summary>Completes the pending TLBIs of a CPU at its full DSB (R_YNJCP).</summary>
    /// <param name="broadcast">Whether the broadcast TLBIs complete as well as the local ones.</param>
    /// <param name="atOnce">
    /// Whether the TLBIs also take effect for the issuer's own accesses without an ISB (FEAT_ETS2, R_BLDZX).
    /// </param>
    public void Complete(LitmusState state, int issuer, bool broadcast, bool atOnce)
    {
        var own = state.Cpus[issuer];
        var complete = own.Pending.Where(t => broadcast || !t.Instruction.Broadcast).ToList();
        for (int target = 0; target < state.Cpus.Length; target++)
        {
            var cpu = state.Cpus[target];
            if (target == issuer && cpu.AfterLocal is { } local)
            {
                cpu.AfterLocal = null;
                Keep(cpu, local, zombies: !atOnce);
            }

            if (broadcast && cpu.AfterBroadcast[issuer] is { } after)
            {
                cpu.AfterBroadcast[issuer] = null;
                Keep(cpu, after, zombies: target == issuer && !atOnce);
            }

            foreach (var tlbi in complete.Where(t => t.Instruction.Broadcast || target == issuer))
                Finish(state.Memory, cpu, tlbi, byItself: target == issuer);
        }

        own.Pending.RemoveAll(complete.Contains);
    }

    // Computes a target's set after a TLBI: versions that the TLBI does not name, and of the named ones those not
    // overwritten before its floor, if a walk could read them again.
    private uint[] After(LitmusMemory memory, LitmusCpu cpu, uint[] before, PendingTlbi tlbi)
    {
        uint[] after = new uint[before.Length];
        for (int slot = 0; slot < before.Length; slot++)
        {
            var at = slots.All[slot];
            bool again = tlb.IsReachable(memory, cpu, after, at.Parent);
            for (uint left = before[slot]; left != 0; left &= left - 1)
            {
                int version = BitOperations.TrailingZeroCount(left);
                bool stays = !Names(tlbi, tlb.Entry(slot, at.Word < 0 ? 0 : memory.Descriptor(at.Word, version)));
                bool current = at.Word < 0 || version >= tlbi.Floor[at.Word];
                if (stays || (current && again))
                    after[slot] |= 1u << version;
            }
        }

        return after;
    }

    private bool Names(PendingTlbi tlbi, TlbEntry entry)
    {
        var operation = Operation(tlbi);
        int level = entry.Level.Number;
        if (operation.ByAddress && (tlbi.Pages.First < 0
            || !(entry.IsTable ? tlbi.Pages.Fields.NamesTableAt(level) : tlbi.Pages.Fields.NamesLeafAt(level))))
            return false;
        if (!TlbMaintenance.Affects(operation, entry, layout.Geometry))
            return false;
        // The Contiguous bit does not widen a TLBI (I_JQPNP).
        return !operation.ByAddress || entry.Members == UInt128.MaxValue
            || TlbMaintenance.MembersLeft(operation, entry, layout.Geometry) == UInt128.Zero;
    }

    private TlbiOperation Operation(PendingTlbi tlbi) =>
        new(
            tlbi.Instruction.Scope, tlbi.Instruction.Broadcast,
            tlbi.Pages.First < 0 ? default : layout.Va(tlbi.Pages.First),
            tlbi.Instruction.IsRange ? tlbi.Pages.Fields.Length : 0);

    private static void Keep(LitmusCpu cpu, uint[] after, bool zombies)
    {
        for (int slot = 0; slot < after.Length; slot++)
        {
            if (zombies)
                cpu.UsableUntilIsb[slot] |= cpu.Usable[slot] & ~after[slot];
            cpu.Usable[slot] &= after[slot];
            if (cpu.AfterLocal is { } local)
                local[slot] &= after[slot];
            foreach (uint[]? other in cpu.AfterBroadcast)
            {
                if (other is not null)
                    other[slot] &= after[slot];
            }
        }
    }

    // A completed TLBI of another CPU also removes what early walks have read and what the target has itself
    // invalidated (R_RVJDB). For the issuer these last until its ISB.
    private void Finish(LitmusMemory memory, LitmusCpu cpu, PendingTlbi tlbi, bool byItself)
    {
        byte[] flushed = new byte[cpu.Early.Length];
        for (int word = 0; word < flushed.Length; word++)
        {
            if (!IsNamed(tlbi, word))
                continue;
            flushed[word] = (byte)tlbi.Floor[word];
            if (byItself)
                continue;
            cpu.Early[word] &= From(tlbi.Floor[word]);
            foreach (int slot in slots.OfWord[word])
            {
                for (uint left = cpu.UsableUntilIsb[slot] & ~From(tlbi.Floor[word]); left != 0; left &= left - 1)
                {
                    int version = BitOperations.TrailingZeroCount(left);
                    if (Names(tlbi, tlb.Entry(slot, memory.Descriptor(word, version))))
                        cpu.UsableUntilIsb[slot] &= ~(1u << version);
                }
            }
        }

        if (!byItself)
            tlb.DropEarly(memory, cpu);
        cpu.Flushed = cpu.Flushed.Max(WordVersions.Of(flushed));
    }

    private bool IsNamed(PendingTlbi tlbi, int word)
    {
        var names = test.Names;
        // A TLBI by ASID removes only non-global entries; whether an entry is non-global cannot be told from the table
        // word, so no word counts as named.
        if (!Operation(tlbi).ByAddress)
            return tlbi.Instruction.Scope != TlbiScope.Asid;
        var pages = tlbi.Pages;
        if (pages.First < 0)
            return false;
        return names.Words[word].IsPmd
            ? pages.Fields.Level is null && names.Pages[names.Words[word].Page].Base == names.Pages[pages.First].Base
            : pages.Fields.NamesLeafAt(3) && pages.Contains(names, names.Words[word].Page);
    }

    private static uint From(int version) => uint.MaxValue << version;
}

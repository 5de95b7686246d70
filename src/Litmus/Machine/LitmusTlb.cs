using System.Numerics;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// The may-sets of all CPUs: every cacheable version that a walk could have read since it was last invalidated, and the
/// uncacheable versions that a walk begun early may have read. Speculation is part of the sets, so it needs no step of
/// its own (R_SQBCS, R_RVJDB).
/// </summary>
internal sealed class LitmusTlb(LitmusTest test, LitmusLayout layout, LitmusSlots slots)
{
    private readonly Dictionary<(int Slot, int Descriptor), TlbEntry> _entries = [];

    /// <summary>The TLB entry for a slot and a cacheable descriptor.</summary>
    public TlbEntry Entry(int slot, int descriptor)
    {
        if (slots.All[slot].Word < 0)
            return layout.Top;
        if (!_entries.TryGetValue((slot, descriptor), out var entry))
        {
            var at = slots.All[slot];
            entry = layout.Entry(test.Names.Words[at.Word], test.Names.Descriptors[descriptor], at.Page);
            _entries[(slot, descriptor)] = entry;
        }

        return entry;
    }

    /// <summary>
    /// Adds to every CPU's set what walks could read now, and shares entries between CPUs whose roots carry CnP.
    /// </summary>
    public void Close(LitmusState state)
    {
        for (bool changed = true; changed;)
        {
            foreach (var cpu in state.Cpus)
            {
                CloseEarly(state.Memory, cpu);
                CloseSet(state.Memory, cpu, cpu.Usable);
                if (cpu.AfterLocal is { } local)
                    CloseSet(state.Memory, cpu, local);
                foreach (uint[]? after in cpu.AfterBroadcast)
                {
                    if (after is not null)
                        CloseSet(state.Memory, cpu, after);
                }
            }

            changed = Share(state.Cpus);
        }
    }

    /// <summary>
    /// With FEAT_ETS2 a walk reads a faulting descriptor anew (R_NNFPF): of the early walks only those that read the
    /// current value of memory remain.
    /// </summary>
    public void RenewEarly(LitmusMemory memory, LitmusCpu cpu)
    {
        for (int word = 0; word < cpu.Early.Length; word++)
            cpu.Early[word] &= 1u << memory.Newest(word);
        DropEarly(memory, cpu);
    }

    /// <summary>
    /// Drops early walks that went through a table entry that is neither in memory nor in the TLB any more.
    /// </summary>
    public void DropEarly(LitmusMemory memory, LitmusCpu cpu)
    {
        for (int word = 0; word < cpu.Early.Length; word++)
        {
            int parent = slots.All[slots.OfWord[word][0]].Parent;
            if (cpu.Early[word] != 0 && !IsReachable(memory, cpu, cpu.Usable, parent)
                && !IsReachable(memory, cpu, cpu.UsableUntilIsb, parent))
                cpu.Early[word] = 0;
        }
    }

    private void CloseEarly(LitmusMemory memory, LitmusCpu cpu)
    {
        for (int word = 0; word < cpu.Early.Length; word++)
        {
            int newest = memory.Newest(word);
            if (!Descriptor(memory, word, newest).IsCacheable
                && IsReachable(memory, cpu, cpu.Usable, slots.All[slots.OfWord[word][0]].Parent))
                cpu.Early[word] |= 1u << newest;
        }
    }

    private void CloseSet(LitmusMemory memory, LitmusCpu cpu, uint[] set)
    {
        for (int slot = 0; slot < set.Length; slot++)
        {
            var at = slots.All[slot];
            if (!IsReachable(memory, cpu, set, at.Parent))
                continue;
            if (at.Word < 0)
            {
                set[slot] |= 1;
                continue;
            }

            int newest = memory.Newest(at.Word);
            var descriptor = Descriptor(memory, at.Word, newest);
            if (descriptor.IsCacheable && IsGivenBy(at, descriptor))
                set[slot] |= 1u << newest;
        }
    }

    // Only a contiguous descriptor translates the other pages of its group.
    private bool IsGivenBy(LitmusSlot slot, LitmusDescriptor descriptor) =>
        descriptor.Cont || slot.Page == test.Names.Words[slot.Word].Page;

    /// <summary>
    /// Whether a walk can reach the table below a slot, from a root in effect or from a cached table entry.
    /// </summary>
    public bool IsReachable(LitmusMemory memory, LitmusCpu cpu, uint[] set, int parent)
    {
        if (parent == LitmusSlot.Unchanging)
            return true;
        if (parent == LitmusSlot.Root)
            return (cpu.Roots & LitmusRoot.Swapper) != 0;
        if (slots.All[parent].Word < 0)
            return set[parent] != 0;
        for (uint left = set[parent]; left != 0; left &= left - 1)
        {
            if (Descriptor(memory, slots.All[parent].Word, BitOperations.TrailingZeroCount(left)).Table is not null)
                return true;
        }

        return false;
    }

    private bool Share(LitmusCpu[] cpus)
    {
        bool changed = false;
        var sharing = cpus.Where(c => (c.Roots & LitmusRoot.Cnp) != 0).ToList();
        foreach (var cpu in sharing)
        {
            foreach (var other in sharing.Where(o => o != cpu))
            {
                changed |= Add(cpu.Usable, other.Usable);
                // A local TLBI leaves other CPUs' entries in place, so shared entries can come back.
                if (cpu.AfterLocal is { } local)
                    changed |= Add(local, other.Usable);
                for (int issuer = 0; issuer < cpus.Length; issuer++)
                {
                    if (cpu.AfterBroadcast[issuer] is { } after && other.AfterBroadcast[issuer] is { } shared)
                        changed |= Add(after, shared);
                }
            }
        }

        return changed;
    }

    // CnP shares only entries that were walked from TTBR1.
    private bool Add(uint[] set, uint[] shared)
    {
        bool changed = false;
        for (int slot = 0; slot < set.Length; slot++)
        {
            if (slots.All[slot].Parent == LitmusSlot.Unchanging || (shared[slot] & ~set[slot]) == 0)
                continue;
            set[slot] |= shared[slot];
            changed = true;
        }

        return changed;
    }

    private LitmusDescriptor Descriptor(LitmusMemory memory, int word, int version) =>
        test.Names.Descriptors[memory.Descriptor(word, version)];
}

using System.Numerics;
using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Checking;

/// <summary>
/// What CPUs may use: every cacheable version that a walk could have read since it was last invalidated, and the
/// uncacheable ones that a walk begun early may have read. Speculation is part of the sets and needs no step of its own
/// (R_SQBCS, R_RVJDB).
/// </summary>
internal sealed class LitmusTlb(LitmusTest test, LitmusLayout layout, LitmusSlots slots)
{
    private readonly Dictionary<(int Slot, int Descriptor), TlbEntry> _entries = [];

    /// <summary>The entry of a slot and a descriptor that is cacheable.</summary>
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

    /// <summary>Closes the sets of every CPU over what walks could do now, and lets CPUs share whose roots carry CnP.</summary>
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

    /// <summary>Issues a TLBI: what each target keeps of its set is decided now, and takes effect with the issuer's DSB.</summary>
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

    /// <summary>Completes the pending TLBIs of a CPU, at its full DSB (R_YNJCP).</summary>
    /// <param name="broadcast">The broadcast ones as well as the local ones.</param>
    /// <param name="atOnce">The issuer's own accesses follow at once, without an ISB (FEAT_ETS2, R_BLDZX).</param>
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

    private void CloseEarly(LitmusMemory memory, LitmusCpu cpu)
    {
        for (int word = 0; word < cpu.Early.Length; word++)
        {
            int newest = memory.Newest(word);
            if (!Descriptor(memory, word, newest).IsCacheable && IsReachable(memory, cpu, cpu.Usable, slots.All[slots.OfWord[word][0]].Parent))
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

    // Only a contiguous descriptor answers for the other pages of its group.
    private bool IsGivenBy(LitmusSlot slot, LitmusDescriptor descriptor) =>
        descriptor.Cont || slot.Page == test.Names.Words[slot.Word].Page;

    private bool IsReachable(LitmusMemory memory, LitmusCpu cpu, uint[] set, int parent)
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

    // What may be in a set once a TLBI is complete: what it does not name, and of the rest what was not overwritten before
    // its floor, where a walk could bring it again.
    private uint[] After(LitmusMemory memory, LitmusCpu cpu, uint[] before, PendingTlbi tlbi)
    {
        uint[] after = new uint[before.Length];
        for (int slot = 0; slot < before.Length; slot++)
        {
            var at = slots.All[slot];
            bool again = IsReachable(memory, cpu, after, at.Parent);
            for (uint left = before[slot]; left != 0; left &= left - 1)
            {
                int version = BitOperations.TrailingZeroCount(left);
                bool stays = !Names(tlbi, Entry(slot, at.Word < 0 ? 0 : memory.Descriptor(at.Word, version)));
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
        if (tlbi.Page < 0 && operation.ByAddress)
            return false;
        if (!TlbMaintenance.Affects(operation, entry, layout.Geometry))
            return false;
        // The Contiguous bit does not widen a TLBI (I_JQPNP).
        return !operation.ByAddress || entry.Members == UInt128.MaxValue
            || TlbMaintenance.MembersLeft(operation, entry, layout.Geometry) == UInt128.Zero;
    }

    private TlbiOperation Operation(PendingTlbi tlbi) =>
        new(tlbi.Instruction.Scope, tlbi.Instruction.Broadcast, tlbi.Page < 0 ? default : layout.Va(tlbi.Page));

    private static void Keep(LitmusCpu cpu, uint[] after, bool zombies)
    {
        for (int slot = 0; slot < after.Length; slot++)
        {
            if (zombies)
                cpu.Zombies[slot] |= cpu.Usable[slot] & ~after[slot];
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

    // Walks in flight and what the CPU had itself invalidated go, too, when another CPU's TLBI is complete (R_RVJDB); its
    // own TLBI leaves them to its ISB.
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
                for (uint left = cpu.Zombies[slot] & ~From(tlbi.Floor[word]); left != 0; left &= left - 1)
                {
                    int version = BitOperations.TrailingZeroCount(left);
                    if (Names(tlbi, Entry(slot, memory.Descriptor(word, version))))
                        cpu.Zombies[slot] &= ~(1u << version);
                }
            }
        }

        cpu.Flushed = cpu.Flushed.Max(Snapshot.Of(flushed));
    }

    private bool IsNamed(PendingTlbi tlbi, int word)
    {
        var names = test.Names;
        if (!Operation(tlbi).ByAddress)
            return true;
        if (tlbi.Page < 0)
            return false;
        return names.Words[word].IsPmd ? names.Pages[names.Words[word].Page].Base == names.Pages[tlbi.Page].Base : names.Words[word].Page == tlbi.Page;
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
                // A TLBI for this CPU alone leaves what the others hold, and so what they share.
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

    // Only what was walked from TTBR1 is shared through it.
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

    private LitmusDescriptor Descriptor(LitmusMemory memory, int word, int version) => test.Names.Descriptors[memory.Descriptor(word, version)];

    private static uint From(int version) => uint.MaxValue << version;
}

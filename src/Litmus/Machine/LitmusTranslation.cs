using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>One way to translate an access.</summary>
/// <param name="Word">The table word that provides the translation; −1 for none.</param>
/// <param name="Output">The page of memory that is accessed; −1 for a fault.</param>
internal readonly record struct TranslationChoice(int Word, int Version, int Output, LitmusFault Fault)
{
    /// <summary>The descriptor that hardware writes to the word for this access; null for none.</summary>
    public LitmusDescriptor? Update { get; init; }

    /// <summary>Whether hardware writes it later than the access.</summary>
    public bool IsLate { get; init; }
}

/// <summary>
/// Lists every way to translate an access now: each access may use any version in the may-set, whatever the access
/// before it used (R_FFWJK).
/// </summary>
internal sealed class LitmusTranslation(
    LitmusTest test, LitmusLayout layout, LitmusSlots slots, LitmusTlb tlb, HardwareUpdate hardware)
{
    private readonly Dictionary<(int, int, int, int, BbmLevel, bool), OverlapBehaviours> _outcomes = [];

    /// <param name="address">
    /// The loads that the address depends on: the walk comes after them, so it misses what is older (dob; [walk]).
    /// </param>
    public ImmutableArray<TranslationChoice> Choices(
        LitmusState state, int cpuNumber, int page, AccessKind kind, LitmusTaint address)
    {
        var cpu = state.Cpus[cpuNumber];
        var choices = ImmutableArray.CreateBuilder<TranslationChoice>();
        foreach (int slot in slots.ForPage[page])
        {
            int word = slots.All[slot].Word;
            uint untilIsb = cpu.UsableUntilIsb[slot];
            if (word >= 0 && !test.Names.Words[word].IsPmd && test.Names.Words[word].Page == page)
                untilIsb &= uint.MaxValue << address.Flushed[word];
            for (uint left = cpu.Usable[slot] | untilIsb; left != 0; left &= left - 1)
            {
                int version = BitOperations.TrailingZeroCount(left);
                int descriptor = state.Memory.Descriptor(word, version);
                if (Leaf(slot, descriptor, state.Cpus[cpuNumber], cpuNumber, page, kind) is not { } leaf)
                    continue;
                if (leaf.Fault == LitmusFault.Permission
                    && hardware.Needed(cpuNumber, test.Names.Descriptors[descriptor], kind == AccessKind.Store)
                        is { } dirty
                    && !Forbids(cpu, cpuNumber, test.Names.Descriptors[descriptor]))
                {
                    AddUpdated(state, word, version, dirty, choices);
                    continue;
                }

                choices.Add(leaf with { Word = word, Version = version });
                // A descriptor with nT may fault on a CPU below level 2 (R_MRRPW).
                if (test.JudgesConflicts && test.Level(cpuNumber) < BbmLevel.Level2
                    && test.Names.Descriptors[descriptor].Nt && test.Names.Words[word].IsPmd)
                    choices.Add(new(word, version, -1, LitmusFault.Translation));
            }
        }

        foreach (int word in slots.ForPage[page].Select(s => slots.All[s].Word).Distinct())
            AddEarly(state, cpuNumber, page, word, kind, address, choices);
        if (test.Names.IsKernel(page) && (cpu.Roots & LitmusRoot.Reserved) != 0)
            choices.Add(new(-1, 0, -1, LitmusFault.Translation));
        if (test.JudgesConflicts && Conflict(state, cpuNumber, page) is not null)
            choices.Add(new(-1, 0, -1, LitmusFault.Conflict));
        return choices.ToImmutable();
    }

    /// <summary>
    /// Two entries that the CPU may hold for a page and whose overlap allows an outcome; null for none.
    /// </summary>
    /// <param name="outcome">The outcome that is looked for.</param>
    public (int SlotA, int DescriptorA, int SlotB, int DescriptorB)? Conflict(
        LitmusState state, int cpuNumber, int page, OverlapBehaviours outcome = OverlapBehaviours.ConflictAbort)
    {
        var cpu = state.Cpus[cpuNumber];
        var level = test.Level(cpuNumber);
        var held = new List<(int Slot, int Descriptor)>();
        foreach (int slot in slots.ForPage[page])
        {
            for (uint left = cpu.Usable[slot]; left != 0; left &= left - 1)
                held.Add((slot, state.Memory.Descriptor(slots.All[slot].Word, BitOperations.TrailingZeroCount(left))));
        }

        for (int i = 0; i < held.Count; i++)
        {
            for (int j = i + 1; j < held.Count; j++)
            {
                bool same = ShowTheSame(
                    state.Memory, page, tlb.Entry(held[i].Slot, held[i].Descriptor),
                    tlb.Entry(held[j].Slot, held[j].Descriptor));
                if ((Outcomes(held[i], held[j], level, same) & outcome) != 0)
                    return (held[i].Slot, held[i].Descriptor, held[j].Slot, held[j].Descriptor);
            }
        }

        return null;
    }

    /// <summary>The architecture's verdict on two entries for a page on a CPU of a BBM level.</summary>
    public OverlapVerdict Judge(
        LitmusMemory memory, int page, (int SlotA, int DescriptorA, int SlotB, int DescriptorB) pair, BbmLevel level)
    {
        TlbEntry a = tlb.Entry(pair.SlotA, pair.DescriptorA), b = tlb.Entry(pair.SlotB, pair.DescriptorB);
        return OverlapRules.Judge(layout.Geometry, level, a, b, ShowTheSame(memory, page, a, b));
    }

    private OverlapBehaviours Outcomes(
        (int Slot, int Descriptor) a, (int Slot, int Descriptor) b, BbmLevel level, bool same)
    {
        var key = (a.Slot, a.Descriptor, b.Slot, b.Descriptor, level, same);
        if (!_outcomes.TryGetValue(key, out var outcomes))
        {
            TlbEntry first = tlb.Entry(a.Slot, a.Descriptor), second = tlb.Entry(b.Slot, b.Descriptor);
            outcomes = first.Overlaps(layout.Geometry, second)
                ? OverlapRules.Judge(layout.Geometry, level, first, second, same).Outcomes
                : OverlapBehaviours.OneEntry;
            _outcomes[key] = outcomes;
        }

        return outcomes;
    }

    // Whether memory holds the same at the two pages to which two leaves translate a page.
    private bool ShowTheSame(LitmusMemory memory, int page, in TlbEntry a, in TlbEntry b)
    {
        if (a.IsTable || b.IsTable)
            return false;
        var va = layout.Va(page);
        return layout.PageAt(a.Translate(va)) is { } one && layout.PageAt(b.Translate(va)) is { } other
            && memory.AreEqual(one, other);
    }

    private TranslationChoice? Leaf(
        int slot, int descriptor, LitmusCpu cpu, int cpuNumber, int page, AccessKind kind)
    {
        var entry = tlb.Entry(slot, descriptor);
        var va = layout.Va(page);
        if (entry.IsTable || !entry.Covers(layout.Geometry, va))
            return null;
        if (Forbids(cpu, cpuNumber, test.Names.Descriptors[descriptor])
            || entry.Permits(layout.Geometry, kind) != WalkFault.None)
            return new(-1, 0, -1, LitmusFault.Permission);
        return new(-1, 0, layout.PageAt(entry.Translate(va)) ?? -1, LitmusFault.None);
    }

    // A fault handler runs at EL1.
    private bool Forbids(LitmusCpu cpu, int cpuNumber, LitmusDescriptor descriptor) =>
        test.El0.Contains(cpuNumber) && !cpu.InHandler && !descriptor.El0;

    private void AddEarly(
        LitmusState state, int cpuNumber, int page, int word, AccessKind kind, LitmusTaint address,
        ImmutableArray<TranslationChoice>.Builder choices)
    {
        // The pte of another page of the contiguous group is no translation of this page.
        var names = test.Names;
        if (!names.Words[word].IsPmd && names.Words[word].Page != page)
            return;
        var cpu = state.Cpus[cpuNumber];
        for (uint left = cpu.Early[word] & (uint.MaxValue << address.Loads[word]); left != 0; left &= left - 1)
        {
            int version = BitOperations.TrailingZeroCount(left);
            var descriptor = names.Descriptors[state.Memory.Descriptor(word, version)];
            if (!descriptor.Valid || descriptor.Af || test.Updates(cpuNumber) == HardwareUpdates.None)
                choices.Add(
                    new(word, version, -1,
                        descriptor.Valid && !descriptor.Af ? LitmusFault.AccessFlag : LitmusFault.Translation));
            else if (!Forbids(cpu, cpuNumber, descriptor)
                && hardware.Needed(cpuNumber, descriptor, kind == AccessKind.Store) is { } flagged)
                AddUpdated(state, word, version, flagged, choices);
            else
                choices.Add(new(word, version, -1, LitmusFault.Permission));
        }
    }

    // The walk that updates a word reads its current value, and no other update of it is under way.
    private static void AddUpdated(
        LitmusState state, int word, int version, LitmusDescriptor updated,
        ImmutableArray<TranslationChoice>.Builder choices)
    {
        if (version != state.Memory.Newest(word) || HardwareUpdate.IsBusy(state, word))
            return;
        var choice = new TranslationChoice(word, version, updated.Output!.Value, LitmusFault.None) { Update = updated };
        choices.Add(choice);
        choices.Add(choice with { IsLate = true });
    }
}

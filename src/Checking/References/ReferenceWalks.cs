using System.Numerics;
using System.Runtime.CompilerServices;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.References;

/// <summary>Walks of the reference systems: any CPU that sees the live map may walk at any time.</summary>
internal static class ReferenceWalks
{
    /// <summary>A descriptor is read and cached in one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AtOnce(
        in ReferenceState state, int cpu, ReferenceCpu at, bool split, SuccessorBuffer<ReferenceState> into)
    {
        for (int entry = split ? 1 : 0; entry < (split ? 5 : 1); entry++)
            Insert(state, cpu, at, entry, into);
    }

    /// <summary>A descriptor is read in one step and cached in a later one, when it may be outdated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InTwo(
        in ReferenceState state, int cpu, ReferenceCpu at, bool split, SuccessorBuffer<ReferenceState> into)
    {
        if (at.Walk != 0)
        {
            var done = at.WithWalk(0);
            // The entry is cached already; the walk ends without a change.
            if ((at.Tlb >> (at.Walk - 1) & 1) != 0)
                into.Add(state.With(cpu, done), cpu * ReferenceSystem.PerCpu + ReferenceSystem.WalkLabel);
            else
                Insert(state, cpu, done, at.Walk - 1, into);
            return;
        }

        for (int entry = split ? 1 : 0; at.SeesMap && entry < (split ? 5 : 1); entry++)
            into.Add(state.With(cpu, at.WithWalk(entry + 1)), cpu * ReferenceSystem.PerCpu + ReferenceSystem.WalkLabel);
    }

    // A TLB has two entries; if it is full, either may be evicted. Caching a present entry changes nothing and is no
    // transition.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert(
        in ReferenceState state, int cpu, ReferenceCpu at, int entry, SuccessorBuffer<ReferenceState> into)
    {
        int tlb = at.Tlb;
        int bit = 1 << entry;
        if ((tlb & bit) != 0)
            return;
        if (BitOperations.PopCount((uint)tlb) < 2)
        {
            into.Add(state.With(cpu, at.WithTlb(tlb | bit)), cpu * ReferenceSystem.PerCpu + ReferenceSystem.WalkLabel);
            return;
        }

        for (int left = tlb; left != 0; left &= left - 1)
            into.Add(
                state.With(cpu, at.WithTlb((tlb & ~(left & -left)) | bit)),
                cpu * ReferenceSystem.PerCpu + ReferenceSystem.WalkLabel);
    }
}

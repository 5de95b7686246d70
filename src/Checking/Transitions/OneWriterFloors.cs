using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The floors of TLBIs where only CPU 0 stores: the stores of CPU 0 that are ordered before a step, as a mask. They
/// follow from the step's place in its program.
/// </summary>
internal sealed class OneWriterFloors(
    ProtocolScript script, WordUses words, ImmutableArray<DescriptorStore> stores, ImmutableArray<uint> issuedBefore)
{
    /// <summary>
    /// Whether the floors of the other CPUs' TLBIs follow from their places. A wait orders later TLBIs, and so does a
    /// lock; which stores come before it follows from its place only for a wait that one store ends.
    /// </summary>
    public static bool FollowFromPlaces(
        ProtocolScript script, WordUses words, ImmutableArray<DescriptorStore> stores)
    {
        var locks = DescriptorStore.GivenBackAfterStores(script.BootCpu);
        foreach (var program in script.Others)
        {
            int first = program.FirstIndex(0, s => s is AwaitWord wait
                ? words.EndOf(wait, stores) is null : DescriptorStore.LockOf(s) is { } name && locks.Contains(name));
            if (first >= 0 && program.FirstIndex(first, s => s.Has(StepEffects.InvalidatesTlb)) >= 0)
                return false;
        }

        return true;
    }

    /// <summary>
    /// What the last DSB before a step of CPU 0 had ordered: any DSB for a TLBI of this CPU's TLB, one that waits for
    /// the other CPUs for a broadcast one.
    /// </summary>
    public uint OfBootCpu(int step)
    {
        bool isBroadcast = step < script.BootCpu.Length && ToyCpuKind.Broadcasts(script.BootCpu[step].Step);
        int dsb = script.BootCpu.LastIndex(step, s => s is Dsb dsb && (dsb.ReachesOtherCpus || !isBroadcast));
        return dsb < 0 ? 0 : issuedBefore[dsb];
    }

    /// <summary>
    /// Another CPU that has seen the flag cleared, or a word set, is ordered after the stores that precede that store;
    /// before that it is ordered after none.
    /// </summary>
    public Func<int, uint> Of(ImmutableArray<ScriptStep> program) => step => OfOther(program[..step]);

    private uint OfOther(ImmutableArray<ScriptStep> before)
    {
        bool released = before.Any(s => s.Step is AwaitRelease);
        uint floor = released && stores.FirstOrDefault(s => s.IsFlag) is { } flag ? flag.After : 0;
        return before.Select(s => s.Step).OfType<AwaitWord>()
            .Aggregate(floor, (seen, wait) => seen | (words.EndOf(wait, stores)?.After ?? 0));
    }
}

using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>An access that matches two TLB entries: the CPU does one of the things that its BBM level allows.</summary>
internal static class OverlappingAccess
{
    /// <param name="choice">Selects the outcome, and which entry or mixture is used.</param>
    public static AccessResult Resolve(
        TranslationGeometry geometry, BbmLevel level, VirtualAddress va, in TlbEntry first, in TlbEntry second,
        AccessKind kind, uint choice)
    {
        var allowed = OverlapRules.Judge(geometry, level, first, second).Outcomes;
        var outcome = Select(allowed, choice % (uint)BitOperations.PopCount((uint)allowed));
        var used = (choice >> 8 & 1) == 0 ? first : second;
        return outcome switch
        {
            OverlapBehaviours.ConflictAbort => new(WalkFault.None, used.Level, default, true, outcome),
            OverlapBehaviours.Amalgamation =>
                new(WalkFault.None, used.Level, Mix(first.Translate(va), second.Translate(va), choice), true, outcome),
            _ => new(used.Permits(geometry, kind), used.Level, used.Translate(va), true, outcome),
        };
    }

    private static OverlapBehaviours Select(OverlapBehaviours allowed, uint index)
    {
        uint bits = (uint)allowed;
        for (; index > 0; index--)
            bits &= bits - 1;
        return (OverlapBehaviours)(bits & (uint)-(int)bits);
    }

    // Takes each bit from one of the two: the result may be an address that no entry holds (R_FVQCK).
    private static PhysicalAddress Mix(PhysicalAddress a, PhysicalAddress b, uint choice)
    {
        ulong from = choice * 0x9e3779b97f4a7c15UL;
        return new((a.Value & from) | (b.Value & ~from));
    }
}

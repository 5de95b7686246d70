using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// RAM of the linear map and code are Normal write-back memory, and such memory is inner shareable. With FEAT_LPA2 the
/// shareability comes from TCR_EL1, and leaves are not asked.
/// </summary>
internal sealed class MemoryTypeRule(IAuditedMap map, FindingList findings) : IMapRule
{
    private const ulong Shareability = 3UL << 8;

    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid || !leaves.Start.IsUpperHalf)
            return;
        int index = leaves.Attributes(map.Geometry).AttrIndex;
        bool writeBack = map.Types.IsWriteBack(index);
        string region = map.Regions.At(leaves.Start);
        bool isLinear = region == MapRegions.LinearMap;
        if (!writeBack && (isLinear || leaves.Access(map).MayExecute))
            findings.Add(AuditRule.MemoryType, leaves.Start, leaves.End(map.Geometry),
                $"{(isLinear ? "RAM of the linear map" : "code")} is {map.Types.Name(index)}", leaves.Line);
        if (writeBack && map.Geometry.Format != OutputAddressFormat.Lpa2
            && (leaves.First.Bits & Shareability) != Shareability)
            findings.Add(AuditRule.NotInnerShareable, leaves.Start, leaves.End(map.Geometry),
                $"is {map.Types.Name(index)} and not inner shareable{(region.Length > 0 ? $", in {region}" : "")}",
                leaves.Line);
    }
}

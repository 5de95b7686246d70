using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>The memory that the linear map maps as Normal write-back memory.</summary>
internal sealed class LinearMemory(IAuditedMap map) : IMapRule
{
    public PhysicalRanges Ranges { get; } = new();

    public void Accept(in AuditedLeaves leaves)
    {
        if (map.HasOutputAddresses && leaves.IsValid && map.Regions.IsLinear(leaves.Start)
            && map.Types.IsWriteBack(leaves.Attributes(map.Geometry).AttrIndex))
            Ranges.Add(leaves.First.OutputAddress(map.Geometry, leaves.Level), leaves.Run.Length(map.Geometry),
                leaves.Start);
    }
}

using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>How much memory leaves of each size map in the linear map.</summary>
internal sealed class LeafFigures(IAuditedMap map) : IMapRule
{
    private readonly Dictionary<(Level, bool), long> _bytes = [];

    /// <summary>Leaves of the whole map.</summary>
    public long Leaves { get; private set; }

    /// <summary>Runs of leaves that agree.</summary>
    public long Runs { get; private set; }

    /// <summary>The lines DirectMap4k and so on, in kB.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> DirectMap => DirectMapUse.Of(map.Geometry, _bytes);

    public void Accept(in AuditedLeaves leaves)
    {
        Leaves += leaves.Run.Count;
        Runs++;
        if (!map.Regions.IsLinear(leaves.Start))
            return;
        var size = (leaves.Level, leaves.First.Contiguous);
        _bytes[size] = _bytes.GetValueOrDefault(size) + (long)leaves.Run.Length(map.Geometry);
    }
}

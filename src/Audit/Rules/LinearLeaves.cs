using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>Keeps the leaves of the linear map, for a comparison with another map.</summary>
internal sealed class LinearLeaves(IAuditedMap map) : IMapRule
{
    /// <summary>The most runs that are kept.</summary>
    public const int Most = 4_000_000;

    public List<LeafSequence> Runs { get; } = [];

    // A map in so many pieces is often one of pages, of which there are millions.
    private const int Many = 1 << 16;

    /// <summary>Whether runs were left out.</summary>
    public bool IsFull { get; private set; }

    public void Accept(in AuditedLeaves leaves)
    {
        if (!map.Regions.IsLinear(leaves.Start))
            return;
        if (Runs.Count == Most)
            IsFull = true;
        else
            Add(leaves.Run);
    }

    private void Add(in LeafSequence run)
    {
        if (Runs.Count == Many)
            Runs.EnsureCapacity(Many << 4);
        Runs.Add(run);
    }
}

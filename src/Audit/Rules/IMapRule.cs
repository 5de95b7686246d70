using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>A rule that sees each run of leaves once, in order of address.</summary>
internal interface IMapRule
{
    void Accept(in AuditedLeaves leaves);

    /// <summary>There are no more leaves.</summary>
    void Finish()
    {
    }
}

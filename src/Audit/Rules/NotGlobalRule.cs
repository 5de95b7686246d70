using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// The valid leaves of the linear map are all global, or all non-global (KPTI). Linux makes them non-global in one
/// rewrite (kpti_install_ng_mappings()), so that a mixture is one that stopped half-way: the entries of a global leaf
/// survive the switch of the ASID that is to hide the kernel.
/// </summary>
internal sealed class NotGlobalRule(IAuditedMap map) : IMapRule
{
    private ulong _global;
    private ulong _notGlobal;

    /// <summary>What is unusual; null for nothing.</summary>
    public string? Note => _global == 0 || _notGlobal == 0 ? null
        : $"{PtdumpSize.Of(_global)} of the linear map are global (nG = 0) and {PtdumpSize.Of(_notGlobal)} are not: "
            + "Linux makes all of it non-global (KPTI), or nothing";

    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid || !map.Regions.IsLinear(leaves.Start))
            return;
        if (leaves.First.NotGlobal)
            _notGlobal += leaves.Run.Length(map.Geometry);
        else
            _global += leaves.Run.Length(map.Geometry);
    }
}

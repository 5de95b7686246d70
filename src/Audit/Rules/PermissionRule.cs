using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// Nothing is writable and executable, and nothing of the kernel's half belongs to user space. As Linux's own check
/// does, it judges leaves; a PXNTable or APTable above one is only mentioned, since one store of a table entry takes it
/// away.
/// </summary>
internal sealed class PermissionRule(IAuditedMap map, FindingList findings) : IMapRule
{
    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid)
            return;
        var attributes = leaves.First.Attributes(map.Geometry, leaves.Level);
        bool writable = leaves.MayBeWritten(map);
        bool executable = leaves.IsExecutable(map);
        if (writable && executable)
            Add(AuditRule.WritableAndExecutable, leaves, "can be written and executed");
        else if (executable && map.Regions.IsLinear(leaves.Start))
            Add(AuditRule.ExecutableLinearMap, leaves, "can be executed");
        // The tables of UEFI and of programs translate the lower half, where user space has its own pages.
        if (!leaves.Start.IsUpperHalf)
            return;
        if (!attributes.UnprivilegedExecuteNever)
            Add(AuditRule.ExecutableByUser, leaves, "lacks UXN");
        if (attributes.UserAccess)
            Add(AuditRule.AccessibleByUser, leaves, "has AP[1] set");
        if (!attributes.AccessFlag)
            Add(AuditRule.AccessFlagClear, leaves, "has AF = 0");
    }

    private void Add(AuditRule rule, in AuditedLeaves leaves, string what)
    {
        string region = map.Regions.At(leaves.Start);
        string kept = rule == AuditRule.WritableAndExecutable ? leaves.Forbidden(executes: true) : "";
        findings.Add(rule, leaves.Start, leaves.End(map.Geometry),
            $"{what}{(region.Length > 0 ? $", in {region}" : "")}{kept}", leaves.Line);
    }
}

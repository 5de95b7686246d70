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
        var access = leaves.Access(map);
        if (access is { MayWrite: true, MayExecute: true })
            Add(AuditRule.WritableAndExecutable, leaves, "can be written and executed", Kept(leaves));
        else if (access.MayExecute && map.Regions.IsLinear(leaves.Start))
            Add(AuditRule.ExecutableLinearMap, leaves, "can be executed");
        // The tables of UEFI and of programs translate the lower half, where user space has its own pages.
        if (!leaves.Start.IsUpperHalf)
            return;
        var attributes = leaves.Attributes(map.Geometry);
        if (!attributes.UnprivilegedExecuteNever)
            Add(AuditRule.ExecutableByUser, leaves, "lacks UXN");
        if (attributes.UserAccess)
            Add(AuditRule.AccessibleByUser, leaves, "has AP[1] set");
        if (!attributes.AccessFlag)
            Add(AuditRule.AccessFlagClear, leaves, "has AF = 0");
    }

    private static string Kept(in AuditedLeaves leaves) => leaves.Above switch
    {
        { PrivilegedExecuteNever: true, ReadOnly: true } =>
            "; only PXNTable and APTable above it prevent the execution and the store",
        { PrivilegedExecuteNever: true } => "; only a PXNTable above it prevents the execution",
        { ReadOnly: true } => "; only an APTable above it prevents the store",
        _ => "",
    };

    private void Add(AuditRule rule, in AuditedLeaves leaves, string what, string kept = "")
    {
        string region = map.Regions.At(leaves.Start);
        findings.Add(rule, leaves.Start, leaves.End(map.Geometry),
            $"{what}{(region.Length > 0 ? $", in {region}" : "")}{kept}", leaves.Line);
    }
}

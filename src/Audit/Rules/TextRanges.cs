using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// Finds the memory that must be read-only. Executable memory is text. Text belongs to the kernel image if read-only
/// data adjoins it in virtual and in physical memory, as in no module and no BPF program; that data counts, too.
/// </summary>
internal sealed class TextRanges(IAuditedMap map) : IMapRule
{
    private readonly List<(AuditedLeaves Leaves, PhysicalAddress Output, bool IsText)> _chain = [];

    /// <summary>The kernel image: text and read-only data.</summary>
    public PhysicalRanges Image { get; } = new();

    /// <summary>The text of modules, BPF programs, kprobes.</summary>
    public PhysicalRanges Other { get; } = new();

    /// <summary>The bytes of <see cref="Other"/>.</summary>
    public ulong OtherBytes { get; private set; }

    public void Accept(in AuditedLeaves leaves)
    {
        if (!map.HasOutputAddresses || !leaves.IsValid || leaves.Attributes(map.Geometry).UserAccess
            || map.Regions.IsLinear(leaves.Start) || leaves.Access(map) is not { MayWrite: false } access)
            return;
        var output = leaves.First.OutputAddress(map.Geometry, leaves.Level);
        if (_chain.Count > 0 && _chain[^1] is var (last, lastOutput, _)
            && (last.End(map.Geometry) != leaves.Start || leaves.Start - last.Start != output - lastOutput))
            Finish();
        _chain.Add((leaves, output, access.MayExecute));
    }

    public void Finish()
    {
        bool isImage = _chain.Exists(c => c.IsText) && _chain.Exists(c => !c.IsText);
        foreach (var (leaves, output, isText) in _chain)
        {
            ulong bytes = leaves.Run.Length(map.Geometry);
            if (isImage)
                Image.Add(output, bytes, leaves.Start);
            else if (isText)
            {
                Other.Add(output, bytes, leaves.Start);
                OtherBytes += bytes;
            }
        }

        _chain.Clear();
    }
}

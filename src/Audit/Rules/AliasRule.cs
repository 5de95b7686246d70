using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// Two addresses of the same memory agree. Text and read-only data of the image have no writable alias. Text of modules
/// and BPF programs has none if rodata is full; rodata=noalias leaves all of them writable on purpose, which is a note.
/// RAM of the linear map is nowhere else Device memory; a non-cacheable alias is what dma_alloc_coherent() makes.
/// </summary>
/// <param name="rodataFull">Whether the kernel keeps aliases read-only; null where nothing says it.</param>
internal sealed class AliasRule(
    IAuditedMap map, TextRanges text, LinearMemory linear, bool? rodataFull, FindingList findings) : IMapRule
{
    // Aliases that may be findings or a note are kept until the end; a hostile dump may have any number.
    private readonly List<AuditFinding> _otherText = [];
    private ulong _otherBytes;

    /// <summary>What is unusual and known, a sentence each.</summary>
    public List<string> Notes { get; } = [];

    private ulong NonCacheable { get; set; }

    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid)
            return;
        var output = leaves.First.OutputAddress(map.Geometry, leaves.Level);
        var range = new MemoryRange(output, output + leaves.Run.Length(map.Geometry));
        int type = leaves.Attributes(map.Geometry).AttrIndex;
        bool isLinear = map.Regions.IsLinear(leaves.Start);
        if (!isLinear && map.Types.IsDevice(type))
        {
            foreach (var (part, from) in linear.Ranges.In(range))
                findings.Add(AuditRule.MemoryType, leaves.Start + (part.Start - output),
                    leaves.Start + (part.End - output),
                    $"is {map.Types.Name(type)}, and the linear map has the same RAM at {from} as Normal");
        }
        else if (!isLinear && !map.Types.IsWriteBack(type))
        {
            foreach (var (part, _) in linear.Ranges.In(range))
                NonCacheable += part.Length;
        }

        // What is writable and executable is a finding of its own.
        if (leaves.Access(map) is not { MayWrite: true, MayExecute: false })
            return;
        string kept = leaves.Above.ReadOnly ? "; only an APTable above it prevents the store" : "";
        foreach (var (part, from) in text.Image.In(range))
            findings.Add(AuditRule.TextWritableAlias, leaves.Start + (part.Start - output),
                leaves.Start + (part.End - output), Message("the kernel image's text or read-only data", from) + kept);
        foreach (var (part, from) in text.Other.In(range))
            OtherText(leaves.Start + (part.Start - output), part,
                Message("text of a module or a BPF program", from) + kept, isLinear);
    }

    public void Finish()
    {
        if (NonCacheable > 0)
            Notes.Add($"{PtdumpSize.Of(NonCacheable)} of RAM have a non-cacheable alias outside the linear map, "
                + "as dma_alloc_coherent() makes them");
        if (_otherText.Count == 0)
            return;
        // Where all aliases are writable, or the machine says so, rodata=noalias is at work.
        if (rodataFull ?? _otherBytes < text.OtherBytes)
        {
            foreach (var found in _otherText)
                findings.Add(found.Rule, found.Start, found.End, found.Message);
            if (_otherBytes >= text.OtherBytes)
                Notes.Add("all text outside the image has a writable linear alias, as rodata=noalias (on up to 6.17) "
                    + "leaves it: the kernel may have had another command line than the machine");
        }
        else
        {
            Notes.Add($"the linear aliases of all text outside the image ({PtdumpSize.Of(_otherBytes)}: modules, "
                + "BPF programs) are writable, as rodata=noalias (on up to 6.17) and rodata=off leave them");
        }
    }

    private void OtherText(VirtualAddress start, MemoryRange part, string message, bool isLinear)
    {
        if (!isLinear)
            findings.Add(AuditRule.TextWritableAlias, start, start + part.Length, message);
        else if (_otherText.Count < FindingList.Most)
        {
            _otherText.Add(new(AuditRule.TextWritableAlias, start, start + part.Length, message));
            _otherBytes += part.Length;
        }
    }

    private static string Message(string what, VirtualAddress from) =>
        $"is writable and maps {what}, which {from} maps, too";
}

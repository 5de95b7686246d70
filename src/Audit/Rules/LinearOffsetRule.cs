using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// The linear map is one offset between virtual and physical addresses: the one that the dump or the machine gives, if
/// any memory is mapped by it; else the one that keeps most of the map within the physical address size, and of those
/// the one by which most memory is mapped. A Realm's memory that is shared with the host has one bit more in its
/// address, above all memory: one bit for the whole kernel (PROT_NS_SHARED).
/// </summary>
/// <param name="start">The PA at the start of the linear map, modulo 2^64; null where the dump does not say it.</param>
/// <param name="machine">The machine whose kernel should have made the map; null for any.</param>
internal sealed class LinearOffsetRule(
    IAuditedMap map, ulong? start, MachineDescription? machine, FindingList findings) : IMapRule
{
    // A hostile dump may have another offset at each leaf.
    private const int MostOffsets = 4096;
    private const int MostCandidates = 16;

    private readonly Dictionary<ulong, ulong> _bytes = [];
    private readonly List<(VirtualAddress Start, VirtualAddress End, PhysicalAddress Output)> _runs = [];

    /// <summary>The bytes that a Realm shares with the host.</summary>
    private ulong Shared { get; set; }

    /// <summary>What is unusual and known; null for nothing.</summary>
    public string? Note => Shared == 0 ? null
        : $"{PtdumpSize.Of(Shared)} of the linear map have an address bit above all memory, as memory has that a "
            + "Realm shares with the host";

    public void Accept(in AuditedLeaves leaves)
    {
        if (!leaves.IsValid || !map.HasOutputAddresses || !map.Regions.IsLinear(leaves.Start))
            return;
        var output = leaves.First.OutputAddress(map.Geometry, leaves.Level);
        // Such a leaf is a finding already, and says nothing about the offset.
        if (output.Value >> map.PaBits != 0)
            return;
        ulong offset = Offset(leaves.Start, output);
        if (MapsMemory(leaves.Level) && (_bytes.Count < MostOffsets || _bytes.ContainsKey(offset)))
            _bytes[offset] = _bytes.GetValueOrDefault(offset) + leaves.Run.Length(map.Geometry);
        if (_runs.Count > 0 && _runs[^1] is var last && last.End == leaves.Start
            && Offset(last.Start, last.Output) == offset)
            _runs[^1] = last with { End = leaves.End(map.Geometry) };
        else if (_runs.Count < FindingList.Most)
            _runs.Add((leaves.Start, leaves.End(map.Geometry), output));
    }

    public void Finish()
    {
        var planned = machine is null ? null : LinearMapLayout.Of(machine);
        if ((Known(start) ?? Known(planned?.PhysicalOffset.Value) ?? Elected()) is not { } right)
            return;
        ulong top = _runs.Where(r => Offset(r.Start, r.Output) == right).Select(r => r.Output.Value + (r.End - r.Start))
            .DefaultIfEmpty(0UL).Max() - 1;
        var wrong = _runs.Where(r => Offset(r.Start, r.Output) != right)
            .Select(r => (Run: r, Expected: new PhysicalAddress(unchecked(r.Start.Value - right)))).ToList();
        var bits = wrong.Select(w => w.Run.Output.Value ^ w.Expected.Value)
            .Where(b => BitOperations.IsPow2(b) && b > top).Distinct().ToList();
        ulong? sharedBit = machine is not null ? machine.Realm?.SharedBit : bits is [var one] ? one : null;
        foreach (var ((from, to, output), expected) in wrong)
        {
            if (sharedBit is { } bit && output.Value == expected.Value + bit)
                Shared += to - from;
            else
                findings.Add(AuditRule.WrongOutputAddress, from, to,
                    $"maps {output}, and the rest of the linear map says {expected}");
        }
    }

    // Linux maps memory by PUD blocks with 4K pages alone (pud_sect_supported()), and never by larger leaves.
    private bool MapsMemory(Level level) => level >= (map.Geometry.Granule == Granule.K4 ? Level.L1 : Level.L2);

    private ulong? Known(ulong? physical) => physical is { } at
        && unchecked(map.Geometry.UpperHalfStart.Value - at) is var offset && _bytes.ContainsKey(offset)
            ? offset : null;

    private ulong? Elected() => _bytes.Count == 0 ? null
        : _bytes.OrderByDescending(b => b.Value).ThenBy(b => b.Key).Take(MostCandidates)
            .OrderByDescending(b => Within(b.Key)).ThenByDescending(b => b.Value).First().Key;

    // The bytes of the map that an offset keeps within the physical address size.
    private ulong Within(ulong offset) => _runs.Where(r => unchecked(r.Start.Value - offset) >> map.PaBits == 0)
        .Aggregate(0UL, (sum, r) => sum + (r.End - r.Start));

    private static ulong Offset(VirtualAddress va, PhysicalAddress pa) => unchecked(va.Value - pa.Value);
}

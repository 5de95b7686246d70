using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Comparison;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Audit.Memory;
using Orleans.Mmu.Audit.Rules;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Reports;

/// <summary>
/// Judges a map. One pass over its leaves asks every rule that needs one leaf and its neighbours; a second one, over
/// leaves with output addresses, asks for aliases. Neither keeps the leaves, so a dump may be larger than memory.
/// </summary>
public sealed class MapAudit
{
    private readonly IAuditedMap _map;
    private readonly FindingList _findings;
    private readonly List<string> _notes;
    private readonly CancellationToken _cancellationToken;

    /// <param name="findings">Findings that reading the dump made.</param>
    /// <param name="notes">What reading the dump assumed.</param>
    public MapAudit(
        IAuditedMap map, FindingList findings, IEnumerable<string> notes, CancellationToken cancellationToken) =>
        (_map, _findings, _notes, _cancellationToken) = (map, findings, [.. notes], cancellationToken);

    /// <summary>The machine whose kernel should have made the map.</summary>
    public MachineDescription? Machine { get; init; }

    /// <summary>Changes that the machine's kernel is known to have made after boot.</summary>
    public IReadOnlyList<MapChange> Changes { get; init; } = [];

    /// <summary>Judges the map.</summary>
    /// <param name="kind">What was read: "an ELF core".</param>
    /// <param name="root">The physical address of the root table; null for a ptdump.</param>
    /// <param name="release">The kernel's release, where the dump says it.</param>
    public AuditReport Judge(string kind, PhysicalAddress? root, string? release)
    {
        var (text, linear, figures) = (new TextRanges(_map), new LinearMemory(_map), new LeafFigures(_map));
        var offsets = new LinearOffsetRule(_map, Machine, _findings);
        var kept = Machine is null ? null : new LinearLeaves(_map);
        List<IMapRule> rules =
        [
            new PermissionRule(_map, _findings), new GroupRule(_map, _findings), new MemoryTypeRule(_map, _findings),
            offsets, text, linear, figures,
        ];
        if (kept is not null)
            rules.Add(kept);
        if (Machine is not null && !_map.HasOutputAddresses)
            rules.Add(new PredictedAliasRule(_map, new LinearMapPainter(Machine), _findings));
        Pass(_map is MemoryMap memory ? memory.Leaves(_findings) : _map.Leaves(), rules);
        if (offsets.Note is { } shared)
            _notes.Add(shared);
        Note(text, linear);
        if (_map.HasOutputAddresses)
        {
            var aliases = new AliasRule(_map, text, linear, Machine?.CommandLine.RodataFull, _findings);
            Pass(_map.Leaves(), [aliases]);
            _notes.AddRange(aliases.Notes);
        }

        var findings = _findings.Sorted;
        var comparison = Compare(kept, findings);
        return new(kind, _map.Geometry, root, release, figures.Leaves, figures.Runs,
            _map is MemoryMap read ? read.Tables : new Dictionary<Level, long>(), figures.DirectMap, findings,
            _findings.Omitted, _notes, comparison);
    }

    private void Pass(IEnumerable<AuditedLeaves> leaves, List<IMapRule> rules)
    {
        int count = 0;
        foreach (var run in leaves)
        {
            if ((++count & 0xffff) == 0)
                _cancellationToken.ThrowIfCancellationRequested();
            foreach (var rule in rules)
                rule.Accept(run);
        }

        foreach (var rule in rules)
            rule.Finish();
    }

    private void Note(TextRanges text, LinearMemory linear)
    {
        if (_map.Types.IsAssumed && _map.HasOutputAddresses)
            _notes.Add("the dump has no MAIR_EL1: taken as Linux sets it (--registers can give it)");
        if (text.Image.IsFull || text.Other.IsFull || linear.Ranges.IsFull)
            _notes.Add($"the map has more than {PhysicalRanges.Most} separate ranges: aliases of the rest were not "
                + "looked for");
        if (_map is not MemoryMap memory)
            return;
        if (memory.SharedOnPurpose > 0)
            _notes.Add($"{memory.SharedOnPurpose} entries share tables whose entries are all the same, as KASAN's "
                + "early shadow does");
        if (memory.LeftOut > 0)
            _notes.Add($"{memory.LeftOut} {(memory.LeftOut == 1 ? "table is" : "tables are")} not among the bytes of "
                + "the dump, which leaves out pages (zero pages, for example): taken as empty");
    }

    private MachineComparison? Compare(LinearLeaves? kept, IReadOnlyList<AuditFinding> findings)
    {
        if (Machine is null || kept is null)
            return null;
        if (kept.IsFull)
        {
            _notes.Add($"the linear map has more than {LinearLeaves.Most} runs of leaves: it was not compared");
            return null;
        }

        var comparison = MachineComparison.Of(_map, kept.Runs, Machine, Changes, _cancellationToken);
        var bug = KernelBug.WritableTextAlias;
        if (comparison.Differences.Count == 0 && Machine.Rules.Has(bug)
            && ModeReason.Of(Machine).Mode == BootMode.Repaint
            && findings.Any(f => f.Rule == AuditRule.TextWritableAlias))
            _notes.Add($"the map of {Machine.Name} has the writable alias, too, as {Machine.Rules.Version} leaves it "
                + $"after a repaint: kernels from {bug.Since} on do, until {bug.FixedIn} ({bug.Name})");
        return comparison;
    }
}

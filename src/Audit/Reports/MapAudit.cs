using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Audit.Comparison;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;
using Orleans.Mmu.Audit.Rules;
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

    /// <summary>The PA at the start of the linear map, modulo 2^64; null where the dump does not say it.</summary>
    public ulong? LinearStart { get; init; }

    /// <summary>Judges the map.</summary>
    /// <param name="kind">What was read.</param>
    /// <param name="root">The physical address of the root table; null for a ptdump.</param>
    /// <param name="release">The kernel's release, where the dump says it.</param>
    public AuditReport Judge(AuditedKind kind, PhysicalAddress? root, string? release)
    {
        var (text, linear, figures) = (new TextRanges(_map), new LinearMemory(_map), new LeafFigures(_map));
        var offsets = new LinearOffsetRule(_map, LinearStart, Machine, _findings);
        var globals = new NotGlobalRule(_map);
        var kept = Machine is null ? null : new LinearLeaves(_map);
        List<IMapRule> rules =
        [
            new PermissionRule(_map, _findings), new GroupRule(_map, _findings), new MemoryTypeRule(_map, _findings),
            offsets, globals, text, linear, figures,
        ];
        if (kept is not null)
            rules.Add(kept);
        if (Machine is not null && !_map.HasOutputAddresses)
            rules.Add(new PredictedAliasRule(_map, new LinearMapPainter(Machine), _findings));
        Pass(_map.Leaves(_findings), rules);
        _notes.AddRange(((string?[])[offsets.Note, globals.Note]).OfType<string>());
        Note(text, linear);
        if (_map.HasOutputAddresses)
        {
            var aliases = new AliasRule(_map, text, linear, Machine?.CommandLine.RodataFull, _findings);
            Pass(_map.Leaves(null), [aliases]);
            _notes.AddRange(aliases.Notes);
        }

        var findings = _findings.Sorted;
        var comparison = Compare(kept, findings);
        return new(kind, _map.Geometry, root, release, figures.Leaves, figures.Runs,
            _map.Tables, figures.DirectMap, findings, _findings.Omitted, _notes, comparison);
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
        if (text.Image.IsFull || text.Other.IsFull || linear.Ranges.IsFull)
            _notes.Add($"the map has more than {PhysicalRanges.Most} separate ranges: aliases of the rest were not "
                + "looked for");
        _notes.AddRange(_map.Notes);
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
        if (comparison.Differences.Count == 0 && Machine.Rules.Has(bug) && findings.Any(IsImageAlias))
            _notes.Add($"the map of {Machine.Name} has the writable alias, too, as {Machine.Rules.Version} leaves it "
                + $"after a repaint: kernels from {bug.Since} to before {bug.FixedIn} do ({bug.Name})");
        return comparison;
    }

    // Whether the linear map has an alias of the image that boot should have protected; other text is not the image's.
    private bool IsImageAlias(AuditFinding finding) => finding.Rule == AuditRule.TextWritableAlias
        && PredictedAliasRule.Of(new LinearMapPainter(Machine!))
            .Any(a => finding.Start < a.End && a.Start < finding.End);
}

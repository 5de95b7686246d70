using System.CommandLine;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The options for the TLBs that a trace is replayed through: cores, shapes, or parts one by one.</summary>
internal sealed class HierarchyOptions
{
    /// <summary>The default TLBs: Cortex-A76's, which are known in full.</summary>
    private const string UsualCore = "Cortex-A76";

    private readonly Option<string?> _cores = new("--core")
    {
        HelpName = "NAME,…",
        Description =
            $"Cores whose TLBs are known in full: {string.Join(", ", CoreTlbs.Complete)}. Of others a part is, and " +
            "the rest must be given.",
    };

    private readonly Option<string?> _tlbs = new("--tlb")
    {
        HelpName = "L1I/L1D/L2,…",
        Description =
            "TLBs by entries and ways: 48/48/1280x5; a number alone is fully associative, an L2 of 0 is none.",
    };

    private readonly Option<string?> _instructions = Part(
        "--l1i", "Entries of the L1 instruction TLB: 48, or 64x4 for four ways.");
    private readonly Option<string?> _data = Part("--l1d", "Entries of the L1 data TLB.");
    private readonly Option<string?> _second = Part("--l2", "Entries and ways of the unified L2 TLB: 1280x5.");

    private readonly Option<string?> _walks = new("--walk-cache")
    {
        HelpName = "N|NxW|LEVEL:N,…|none",
        Description =
            "Table entries that walks cache: 64x4 for all levels, or 0:4,1:8,2:64x4 for each. Otherwise the core's, " +
            "where known.",
    };

    /// <summary>The options, to add to a command.</summary>
    public IEnumerable<Option> All => [_cores, _tlbs, _instructions, _data, _second, _walks];

    public HierarchyOptions()
    {
        _cores.CompletionSources.Add([.. CoreTlbs.Complete]);
        _walks.CompletionSources.Add("none");
    }

    /// <summary>The TLBs of a command line; those of a core that is given as it is carry its name.</summary>
    /// <param name="sweep">Without any of these options, every core whose TLBs are known in full.</param>
    /// <exception cref="UsageException">TLBs are not possible, or not known in full.</exception>
    public IReadOnlyList<(string Name, TlbHierarchy Tlbs)> Read(ParseResult parsed, bool sweep)
    {
        var walks = parsed.GetValue(_walks) is { } text
            ? WalkCaches.Parse(text)
                ?? throw new UsageException(
                    $"--walk-cache: expected 64x4, or LEVEL:ENTRIES of levels 0 to 2 such as 1:8,2:64x4, or none, " +
                    $"found {GivenValue.Quoted(text)}")
            : null;
        var (instructions, data, second) =
            (Geometry(parsed, _instructions), Geometry(parsed, _data), Geometry(parsed, _second));
        var all = new List<(string, TlbHierarchy)>();
        foreach (string shape in parsed.GetValue(_tlbs)?.Split(',') ?? [])
        {
            if (!TlbHierarchy.TryParse(shape, out var tlbs))
                throw new UsageException(
                    $"--tlb: expected L1I/L1D/L2 such as 48/48/1280x5, at most {TlbGeometry.MaxEntries} entries, " +
                    $"ways " +
                    $"that divide them, found {GivenValue.Quoted(shape)}");
            all.Add(("", tlbs! with { Walks = walks ?? WalkCaches.None }));
        }

        if (all.Count > 0 && (instructions ?? data ?? second) is not null)
            throw new UsageException("expected --tlb, or --l1i, --l1d and --l2, found both");

        if (instructions is not null && data is not null && second is not null && parsed.GetValue(_cores) is null)
            all.Add(("", new TlbHierarchy(instructions, data, second) with { Walks = walks ?? WalkCaches.None }));
        string[] cores = parsed.GetValue(_cores)?.Split(',')
            ?? (all.Count > 0 ? [] : sweep ? [.. CoreTlbs.Complete] : [UsualCore]);
        RefuseUnknown(cores, instructions, data, second);
        bool given = (instructions ?? data ?? second) is not null;
        foreach (string core in cores)
            all.Add((given ? "" : core, Published(core).With(instructions, data, second, walks)!));
        return all;
    }

    // All that is missing for all cores is named at once.
    private static void RefuseUnknown(
        string[] cores, TlbGeometry? instructions, TlbGeometry? data, TlbGeometry? second)
    {
        foreach (string name in cores.Where(c => Linux.Cpus.Core.Find(c) is null))
        {
            throw new UsageException(
                $"--core: expected a core such as {UsualCore}, found {GivenValue.Quoted(name, Linux.Cpus.Core.Names)} "
                + "(see mmu tlb --help)");
        }

        var partly = cores.Where(c => Published(c).With(instructions, data, second, null) is null).ToList();
        if (partly.Count == 0)
            return;
        string[] missing =
        [
            .. Lacks(instructions, core => core.Instructions) ? (string[])["--l1i"] : [],
            .. Lacks(data, core => core.Data) ? (string[])["--l1d"] : [],
            .. Lacks(second, core => core.Second) ? (string[])["--l2"] : [],
        ];
        throw new UsageException(
            $"--core: not all of the TLBs of {string.Join(" and ", partly.Select(OneLine.Of))} are in the table of "
            + $"cores; give {string.Join(" and ", missing)} too");

        bool Lacks(TlbGeometry? given, Func<CoreTlbs, TlbGeometry?> part) =>
            given is null && partly.Exists(core => part(Published(core)) is null);
    }

    private static CoreTlbs Published(string core) => CoreTlbs.Of(core) ?? new(null, null, null, null, "");

    private static TlbGeometry? Geometry(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } text ? null
        : TlbHierarchy.Parse(text)
            ?? throw new UsageException(
                $"{option.Name}: expected entries, or entries and ways such as 1280x5, at most " +
                $"{TlbGeometry.MaxEntries}, found {GivenValue.Quoted(text)}");

    private static Option<string?> Part(string name, string description) =>
        new(name) { HelpName = "N|NxW", Description = description };
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Linux.Vmalloc;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Museum;

/// <summary>
/// The state of an exhibit's scene: a booted kernel, the account so far, and the violations found. Its accesses go to
/// memory without a TLB, since most bugs are visible in the tables; a scene that needs a TLB has a CPU of its own.
/// </summary>
public sealed class MuseumScene
{
    private readonly List<string> _story = [];
    private readonly List<Violation> _violations = [];

    internal MuseumScene(KernelRules rules) => Rules = rules;

    public KernelRules Rules { get; }

    /// <summary>The account of the scene, one line for each event.</summary>
    public IReadOnlyList<string> Story => _story;

    public IReadOnlyList<Violation> Violations => _violations;

    internal void Tell(string line) => _story.Add(line);

    internal void Report(Violation violation) => _violations.Add(violation);

    /// <summary>Boots a built-in machine with the scene's rules.</summary>
    internal LinearMapBoot Boot(string machine)
    {
        var description = MachineFile.Parse(machine, BuiltInMachines.Find(machine)!) with { Rules = Rules };
        var boot = LinearMapBoot.Of(description);
        var census = LeafCensus.Of(boot.Final, boot.Painter.Swapper);
        Tell($"Linux {Rules.Version} boots \"{machine}\" in mode {boot.Mode.ToString().ToLowerInvariant()}: "
            + string.Join(", ", census.Leaves.Select(l => $"{l.Value} x {l.Key}")));
        return boot;
    }

    /// <summary>Reports what a call returned, and its warnings once each (WARN_ON_ONCE).</summary>
    internal void TellCall(string call, KernelError error, IEnumerable<string> warnings)
    {
        Tell($"{call} returns {error.Name()}");
        foreach (string warning in warnings.Take(1))
            Tell($"  WARNING: {warning}");
    }

    /// <summary>Performs a load that must succeed.</summary>
    internal void Load(KernelContext kernel, TableEditor editor, VirtualAddress va, string why)
    {
        var walk = TableWalker.Walk(editor.Publish(), kernel.Swapper, va);
        string result = walk.IsTranslation ? "reads memory"
            : $"level {walk.Level} {walk.Fault} fault, descriptor {walk.Leaf}";
        Tell($"load from {va}: {result}");
        if (!walk.IsTranslation)
        {
            Report(new(
                Property.UnexpectedFault, 0, va,
                $"CPU 0 took a level {walk.Level} {walk.Fault} fault on a load from {va}: {why}",
                [$"as dmesg would say it: Unable to handle kernel paging request at virtual address {va.Value:x16}"]));
        }
    }

    /// <summary>Finds pages that are read-only in an area and writable through the linear map.</summary>
    internal void CompareAliases(KernelContext kernel, TableEditor editor, VmallocArea area, string why)
    {
        var tables = editor.Publish();
        var writable = new List<PhysicalAddress>();
        foreach (var va in area.Addresses)
        {
            var page = area.PageAt(va);
            if (!IsWritable(tables, kernel, va) && IsWritable(tables, kernel, kernel.Layout.ToVirtual(page)))
                writable.Add(page);
        }

        Tell(writable.Count == 0
            ? "every page that is read-only in the area is read-only through the linear map"
            : $"{writable.Count} of {area.Pages.Length} pages are read-only in the area and writable through the " +
                $"linear map");
        if (writable.Count == 0)
            return;
        var first = kernel.Layout.ToVirtual(writable[0]);
        Report(new(
            Property.WritableAlias, null, first,
            $"{writable[0]} is read-only at {area.Start} and can be written at {first}: {why}",
            [.. writable.Skip(1).Select(p => $"so can {p} at {kernel.Layout.ToVirtual(p)}")]));
    }

    private static bool IsWritable(TableSnapshot tables, KernelContext kernel, VirtualAddress va)
    {
        var walk = TableWalker.Walk(tables, kernel.Swapper, va);
        return walk.IsTranslation && !walk.Leaf.Attributes(tables.Geometry, walk.Level).ReadOnly;
    }
}

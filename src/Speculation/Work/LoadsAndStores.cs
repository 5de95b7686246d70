using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Work;

/// <summary>A CPU's loads and stores, compared with what the kernel has promised for each page.</summary>
public sealed class LoadsAndStores(KernelCpu cpu)
{
    private readonly HashSet<string> _reported = [];

    /// <summary>Performs the accesses of a plan, in this CPU's own order; each property is reported once.</summary>
    /// <param name="tables">The current tables.</param>
    /// <param name="loadsOnly">
    /// Whether only loads are performed: while a call is in progress nothing is promised about stores.
    /// </param>
    public IReadOnlyList<Violation> Perform(WorkPlan plan, TableSnapshot tables, bool loadsOnly)
    {
        if (cpu.State != CpuRunState.Online || plan.Items.IsEmpty)
            return [];
        var choice = new SeededChoice(plan.Seed);
        var violations = new List<Violation>();
        int first = choice.Index(plan.Items.Length, Purpose.Access, cpu.Id);
        for (int i = 0; i < plan.Items.Length; i++)
        {
            var item = plan.Items[(first + i) % plan.Items.Length];
            if (loadsOnly && item.Promise == PageAccess.Invalid)
                continue;
            bool store = !loadsOnly && item.Promise != PageAccess.Invalid
                && (choice.Bits(Purpose.Access, cpu.Id, i) & 1) != 0;
            var kind = store ? AccessKind.Store : AccessKind.Load;
            var result = cpu.Processor.Access(
                tables, item.Address, (uint)choice.Bits(Purpose.Access, cpu.Id, i, 1), kind);
            if (Judge(item, kind, result, tables) is { } violation && _reported.Add(violation.Property.Name))
                violations.Add(violation);
        }

        return violations;
    }

    /// <summary>
    /// Walks speculatively for the pages of a plan. A contiguous group is cached as one entry or as its members, by the
    /// seed. Nothing is judged: what the walks cached shows when the CPU loads and stores.
    /// </summary>
    /// <param name="tables">The current tables.</param>
    public void Speculate(WorkPlan plan, TableSnapshot tables)
    {
        if (cpu.State != CpuRunState.Online)
            return;
        var choice = new SeededChoice(plan.Seed);
        for (int i = 0; i < plan.Items.Length; i++)
        {
            var va = plan.Items[i].Address;
            bool wholeGroup = (choice.Bits(Purpose.Walk, cpu.Id, i) & 1) != 0;
            cpu.Processor.Speculate(tables, cpu.Processor.TtbrFor(va).Value, va, wholeGroup, source: 0);
        }
    }

    private Violation? Judge(WorkItem item, AccessKind kind, AccessResult result, TableSnapshot tables)
    {
        bool mayReach = item.Promise == PageAccess.Writable
            || (item.Promise == PageAccess.ReadOnly && kind == AccessKind.Load);
        string what = $"CPU {cpu.Id}'s {(kind == AccessKind.Store ? "store to" : "load from")} {item.Address}";
        if (!result.ReachedMemory)
        {
            return !mayReach ? null : new(Property.UnexpectedFault, cpu.Id, item.Address,
                $"{what} took a level {result.Level} " +
                $"{(result.Fault == WalkFault.None ? "TLB conflict abort" : $"{result.Fault} fault")}",
                [Memory(item, tables)]);
        }

        if (result.Physical != item.Page)
        {
            return new(
                Property.StaleTranslation, cpu.Id, item.Address,
                $"{what} reached {result.Physical} instead of {item.Page}", [Memory(item, tables)]);
        }

        if (mayReach)
            return null;
        bool memoryForbids = MemoryForbids(item, kind, tables);
        var property = kind == AccessKind.Store ? memoryForbids
            ? Property.StaleWrite : Property.WritableAlias : Property.StaleTranslation;
        return new(property, cpu.Id, item.Address,
            $"{what} reached {result.Physical}, which is " +
            $"{(item.Promise == PageAccess.Invalid ? "taken out of the map" : "read-only")} since a call that has " +
            $"returned",
            [memoryForbids
                ? "the tables forbid it: the CPU's TLB still holds what they said before" : "the tables allow it",
                Memory(item, tables)]);
    }

    private bool MemoryForbids(WorkItem item, AccessKind kind, TableSnapshot tables)
    {
        var walk = Walk(item, tables);
        return !walk.IsTranslation
            || (kind == AccessKind.Store && walk.Leaf.Attributes(tables.Geometry, walk.Level).ReadOnly);
    }

    private string Memory(WorkItem item, TableSnapshot tables)
    {
        var walk = Walk(item, tables);
        return $"memory says: descriptor {walk.Leaf} at level " +
            $"{walk.Level}{(walk.IsTranslation ? "" : $", a {walk.Fault} fault")}";
    }

    private WalkResult Walk(WorkItem item, TableSnapshot tables) =>
        TableWalker.Walk(
            tables, cpu.Processor.TtbrFor(
                item.Address).Value.RootAddress, item.Address, cpu.Processor.ImplementedPaBits);
}

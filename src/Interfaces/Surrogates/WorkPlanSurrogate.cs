using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Speculation.Work;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>
/// A <see cref="WorkPlan"/>, as it travels: addresses, the memory behind them, what is promised of each.
/// </summary>
[GenerateSerializer, Immutable, Alias("mmu.WorkPlan")]
public readonly record struct WorkPlanSurrogate(
    [property: Id(0)] ulong Seed,
    [property: Id(1)] ImmutableArray<VirtualAddress> Addresses,
    [property: Id(2)] ImmutableArray<PhysicalAddress> Pages,
    [property: Id(3)] ImmutableArray<PageAccess> Promises);

/// <summary>Lets Orleans carry a <see cref="WorkPlan"/>.</summary>
[RegisterConverter]
public sealed class WorkPlanConverter : IConverter<WorkPlan, WorkPlanSurrogate>
{
    public WorkPlan ConvertFromSurrogate(in WorkPlanSurrogate surrogate)
    {
        var (pages, promises) = (surrogate.Pages, surrogate.Promises);
        return new(surrogate.Seed, [.. surrogate.Addresses.Select((a, i) => new WorkItem(a, pages[i], promises[i]))]);
    }

    public WorkPlanSurrogate ConvertToSurrogate(in WorkPlan value) => new(value.Seed,
        [.. value.Items.Select(i => i.Address)], [.. value.Items.Select(i => i.Page)],
        [.. value.Items.Select(i => i.Promise)]);
}

using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Speculation.Work;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains;

/// <summary>Between the core's types and the messages that carry them.</summary>
internal static class Messages
{
    public static ViolationReport ToReport(this Violation violation) => ViolationReport.Of(violation);

    public static PlanMessage ToMessage(this SpeculationPlan plan) =>
        new(plan.Seed, [.. plan.Victims.Select(v => v.Value)], plan.Hunter);

    public static MapReport ToReport(this LeafCensus census) =>
        new([.. census.Leaves], [.. census.Tables], census.TableBytes);

    public static TlbiPart ToPart(this TlbiOperation operation) =>
        new((int)operation.Scope, operation.Address.Value, operation.Length, operation.Asid);

    public static TlbiOperation ToOperation(this TlbiPart part) =>
        new((TlbiScope)part.Scope, Broadcast: true, new(part.Address), part.Length, part.Asid);

    public static WorkMessage ToMessage(this WorkPlan plan, long version) => new(plan.Seed, version,
        [.. plan.Items.Select(i => i.Address.Value)], [.. plan.Items.Select(i => i.Page.Value)],
        [.. plan.Items.Select(i => i.Promise)]);

    public static WorkPlan ToPlan(this WorkMessage work) => new(work.Seed,
        [.. work.Addresses.Select((a, i) => new WorkItem(new(a), new(work.Pages[i]), work.Promises[i]))]);

    public static ImmutableArray<string> ToTexts(this ImmutableArray<Step> steps) => [.. steps.Select(s => s.Text)];
}

using System.Collections.Immutable;
using Orleans.Mmu.Arm;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>Between the core's types and the messages that carry them.</summary>
internal static class Messages
{
    public static ViolationReport ToReport(this Violation violation) => ViolationReport.Of(violation);

    public static PlanMessage ToMessage(this SpeculationPlan plan) => new(plan.Seed, [.. plan.Victims.Select(v => v.Value)], plan.Hunter);

    public static SpeculationPlan ToPlan(this PlanMessage plan) =>
        new(plan.Seed, [.. plan.Victims.Select(v => new VirtualAddress(v))], plan.Hunter);

    public static MapReport ToReport(this LeafCensus census) => new([.. census.Leaves], [.. census.Tables], census.TableBytes);

    public static TlbiOperation ToOperation(this TlbiMessage message) =>
        new((TlbiScope)message.Scope, Broadcast: true, new(message.Address), message.Length, message.Asid);

    /// <summary>Reads steps by their texts; a text that names none is a client's mistake.</summary>
    public static ImmutableArray<Step> ToSteps(this ImmutableArray<string> texts) =>
        [.. texts.Select(t => Step.TryParse(t, out var step) ? step! : throw new ArgumentException($"\"{t}\" is no step"))];

    public static ImmutableArray<string> ToTexts(this ImmutableArray<Step> steps) => [.. steps.Select(s => s.Text)];
}

using System.Collections.Immutable;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>
/// A property that did not hold, as users read it in a report: its JSON names the rule where the core has the property.
/// </summary>
[GenerateSerializer, Immutable, Alias("mmu.ViolationReport")]
public sealed record ViolationReport(
    [property: Id(0)] string Rule,
    [property: Id(1)] int? Cpu,
    [property: Id(2)] ulong? Address,
    [property: Id(3)] string Message,
    [property: Id(4)] ImmutableArray<string> Explanation)
{
    public static ViolationReport Of(Violation violation) =>
        new(violation.Property.Name, violation.Cpu, violation.Address?.Value, violation.Message, violation.Explanation);
}

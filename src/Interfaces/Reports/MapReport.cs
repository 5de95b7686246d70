using System.Collections.Immutable;

namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>Leaves by size, tables by level, bytes of tables.</summary>
[GenerateSerializer, Immutable, Alias("mmu.MapReport")]
public sealed record MapReport(
    [property: Id(0)] ImmutableArray<KeyValuePair<string, long>> Leaves,
    [property: Id(1)] ImmutableArray<KeyValuePair<int, long>> Tables,
    [property: Id(2)] long TableBytes);

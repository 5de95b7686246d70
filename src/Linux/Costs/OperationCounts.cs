using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Costs;

/// <summary>
/// Operations that take time, counted along the path that a machine waits for. <see cref="PriceList"/> says how long
/// they take together. Counts add up exactly, so the order in which parts of a change were made does not matter.
/// </summary>
public readonly record struct OperationCounts
{
    /// <summary>Bytes of tables that were cleared and then filled.</summary>
    public long TableBytes { get; init; }

    /// <summary>Descriptors of live tables that were read, checked and stored, one by one.</summary>
    public long Descriptors { get; init; }

    /// <summary>Barriers that wait for stores and complete no TLBI.</summary>
    public long Barriers { get; init; }

    /// <summary>ISBs.</summary>
    public long Synchronizations { get; init; }

    /// <summary>TLBIs that a DSB has completed, each with its share of that DSB.</summary>
    public long Tlbis { get; init; }

    /// <summary>CPUs that answered a broadcast TLBI, beyond its issuer: the sum over all broadcasts.</summary>
    public long TlbiTargets { get; init; }

    /// <summary>Inter-processor interrupts.</summary>
    public long Interrupts { get; init; }

    /// <summary>Times that the cache line of the flag went from one CPU to another.</summary>
    public long Handovers { get; init; }

    /// <summary>Halves of stop_machine(): one until every CPU waits, one until every CPU goes on.</summary>
    public long StopHalves { get; init; }

    /// <summary>CPUs that were powered on.</summary>
    public long CpuStarts { get; init; }

    /// <summary>Other instructions of a protocol's steps.</summary>
    public long Instructions { get; init; }

    /// <summary>The kinds of operations, in the order of the fields; together they are these counts.</summary>
    public ImmutableArray<OperationPart> Parts =>
    [
        new("bytes of tables, cleared and filled", TableBytes, new() { TableBytes = TableBytes }),
        new("descriptors of live tables, read and stored", Descriptors, new() { Descriptors = Descriptors }),
        new("barriers that complete no TLBI", Barriers, new() { Barriers = Barriers }),
        new("ISBs", Synchronizations, new() { Synchronizations = Synchronizations }),
        new("TLBIs, each with its share of a DSB", Tlbis, new() { Tlbis = Tlbis }),
        new("CPUs that answer a broadcast TLBI", TlbiTargets, new() { TlbiTargets = TlbiTargets }),
        new("inter-processor interrupts", Interrupts, new() { Interrupts = Interrupts }),
        new("handovers of the flag's cache line", Handovers, new() { Handovers = Handovers }),
        new("halves of stop_machine()", StopHalves, new() { StopHalves = StopHalves }),
        new("CPUs that are powered on", CpuStarts, new() { CpuStarts = CpuStarts }),
        new("other instructions", Instructions, new() { Instructions = Instructions }),
    ];

    public static OperationCounts operator +(OperationCounts a, OperationCounts b) => new()
    {
        TableBytes = a.TableBytes + b.TableBytes,
        Descriptors = a.Descriptors + b.Descriptors,
        Barriers = a.Barriers + b.Barriers,
        Synchronizations = a.Synchronizations + b.Synchronizations,
        Tlbis = a.Tlbis + b.Tlbis,
        TlbiTargets = a.TlbiTargets + b.TlbiTargets,
        Interrupts = a.Interrupts + b.Interrupts,
        Handovers = a.Handovers + b.Handovers,
        StopHalves = a.StopHalves + b.StopHalves,
        CpuStarts = a.CpuStarts + b.CpuStarts,
        Instructions = a.Instructions + b.Instructions,
    };
}

/// <summary>The operations of one kind.</summary>
/// <param name="Name">What is counted, in words.</param>
/// <param name="Counts">The operations of this kind and no others.</param>
public readonly record struct OperationPart(string Name, long Count, OperationCounts Counts);

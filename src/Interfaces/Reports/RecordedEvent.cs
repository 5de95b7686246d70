using System.Collections.Immutable;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>An event of a recorded run, as it travels.</summary>
/// <param name="Reached">For tables, how far a split has come.</param>
/// <param name="Tlb">What the CPU's TLB held after it.</param>
[GenerateSerializer, Immutable, Alias("mmu.RecordedEvent")]
public sealed record RecordedEvent(
    [property: Id(0)] int Cpu,
    [property: Id(1)] int Kind,
    [property: Id(2)] string Text,
    [property: Id(3)] ulong Reached,
    [property: Id(4)] ImmutableArray<RecordedEntry> Tlb)
{
    public static RecordedEvent Of(RunEvent happened) =>
        new(happened.Cpu, (int)happened.Kind, happened.Text, happened.Reached.Value,
            [.. happened.Tlb.Select(RecordedEntry.Of)]);

    /// <summary>The core's value of it.</summary>
    /// <param name="geometry">Of the machine that ran.</param>
    public RunEvent ToRunEvent(TranslationGeometry geometry) =>
        new(Cpu, (RunEventKind)Kind, Text, new(Reached), [.. Tlb.Select(e => e.ToEntry(geometry))]);
}

/// <summary>A TLB entry, as it travels: what it was read from gives the rest.</summary>
/// <param name="Shift">log2 of what it covers.</param>
[GenerateSerializer, Immutable, Alias("mmu.RecordedEntry")]
public readonly record struct RecordedEntry(
    [property: Id(0)] ulong Start,
    [property: Id(1)] int Shift,
    [property: Id(2)] int Level,
    [property: Id(3)] ulong Descriptor,
    [property: Id(4)] bool IsTable,
    [property: Id(5)] ulong MembersHigh,
    [property: Id(6)] ulong MembersLow)
{
    public static RecordedEntry Of(TlbEntry entry) => new(
        entry.Start.Value, entry.Shift, entry.Level.Number, entry.Descriptor.Bits, entry.IsTable,
        (ulong)(entry.Members >> 64), (ulong)entry.Members);

    public TlbEntry ToEntry(TranslationGeometry geometry)
    {
        var level = Arm.Geometry.Level.Of(Level);
        var descriptor = new Descriptor(Descriptor);
        var walk = new WalkResult(WalkFault.None, level, descriptor);
        var members = new UInt128(MembersHigh, MembersLow);
        return IsTable ? TlbEntry.ForTable(geometry, new(Start), level, descriptor, asid: 0)
            : Shift == geometry.Shift(level) ? TlbEntry.ForLeaf(geometry, new(Start), walk, asid: 0)
            : TlbEntry.ForGroup(geometry, new(Start), walk, asid: 0) with { Members = members };
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="TlbEntry"/>, as it travels.</summary>
/// <param name="Shift">log2 of the bytes that the entry covers.</param>
[GenerateSerializer, Immutable, Alias("mmu.TlbEntry")]
public readonly record struct TlbEntrySurrogate(
    [property: Id(0)] VirtualAddress Start,
    [property: Id(1)] int Shift,
    [property: Id(2)] int Level,
    [property: Id(3)] ulong Descriptor,
    [property: Id(4)] PhysicalAddress Output,
    [property: Id(5)] ushort Asid,
    [property: Id(6)] bool IsTable,
    [property: Id(7)] int Source,
    [property: Id(8)] UInt128 Members);

/// <summary>Lets Orleans carry a <see cref="TlbEntry"/>.</summary>
[RegisterConverter]
public sealed class TlbEntryConverter : IConverter<TlbEntry, TlbEntrySurrogate>
{
    public TlbEntry ConvertFromSurrogate(in TlbEntrySurrogate surrogate) => TlbEntry.Restore(surrogate.Start,
        surrogate.Shift, Level.Of(surrogate.Level), new Descriptor(surrogate.Descriptor), surrogate.Output,
        surrogate.Asid, surrogate.IsTable, surrogate.Source, surrogate.Members);

    public TlbEntrySurrogate ConvertToSurrogate(in TlbEntry value) => new(value.Start, value.Shift, value.Level.Number,
        value.Descriptor.Bits, value.Output, value.Asid, value.IsTable, value.Source, value.Members);
}

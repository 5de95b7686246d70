using System.Buffers.Binary;
using System.Collections.Immutable;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Distribution.TlbReplays;

/// <summary>The configurations of a grain, and the shape that decides which pages it hears of.</summary>
/// <param name="Shape">The shape of all configurations of the replay, those of other grains among them.</param>
/// <param name="Configurations">1 to <see cref="TlbSimulation.MaxConfigurations"/>.</param>
[GenerateSerializer, Immutable, Alias("mmu.TracedCpuSetup")]
public sealed record TracedCpuSetup(
    [property: Id(5)] IntakeShape Shape, [property: Id(6)] ImmutableArray<TlbConfiguration> Configurations)
{
    /// <summary>Creates the counter of these configurations.</summary>
    /// <exception cref="ArgumentException">A configuration or the shape is impossible.</exception>
    public MissCounter ToCounter(int workers)
    {
        int count = Configurations.IsDefault ? 0 : Configurations.Length;
        if (count is 0 or > TlbSimulation.MaxConfigurations)
            throw new ArgumentException(
                $"expected 1 to {TlbSimulation.MaxConfigurations} configurations, found {count}");
        foreach (var configuration in Configurations)
            Validate(configuration);
        var own = IntakeShape.Of(Configurations);
        if (Shape is null || Shape.InstructionSlots < 1 || Shape.InstructionSlots > own.InstructionSlots
            || Shape.DataSlots < 1 || Shape.DataSlots > own.DataSlots)
            throw new ArgumentException(
                $"expected lists of 1 to {own.InstructionSlots} and {own.DataSlots} pages, found "
                + $"{Shape?.InstructionSlots} and {Shape?.DataSlots}");
        return new(Configurations, Shape, workers);
    }

    private static void Validate(TlbConfiguration? configuration)
    {
        if (configuration is null)
            throw new ArgumentException("expected a configuration, found none");
        var mapping = configuration.Mapping;
        var linear = mapping.Linear;
        bool sizesAreGood = mapping.UserLog2 is >= PageSizes.MinLog2 and <= PageSizes.MaxLog2
            && linear.PageLog2 is 12 or 14 or 16
            && linear.Runs.All(r => r.Log2 >= linear.PageLog2 && r.Log2 <= PageSizes.MaxLog2);
        if (!sizesAreGood || mapping.ScatterPercent is < 0 or > 100)
            throw new ArgumentException(
                $"\"{mapping.Name}\" is no mapping: sizes are 2^{PageSizes.MinLog2} to 2^{PageSizes.MaxLog2} bytes, "
                + $"scatter 0 to 100 %");
        if (configuration.Descriptors is { } lines && (lines.SecondLevelLines < 1 || lines.LastLevelLines < 0))
            throw new ArgumentException(
                $"expected caches with lines for descriptors, found {lines.SecondLevelLines} and "
                + $"{lines.LastLevelLines} lines");
    }
}

/// <summary>
/// Events of a trace. They are no array of numbers, because Orleans would encode each number by itself, and a trace has
/// hundreds of millions: bytes are copied in one piece.
/// </summary>
/// <param name="Ordinal">From 1, in order.</param>
/// <param name="Words">The events, eight bytes each, the lowest byte first.</param>
[GenerateSerializer, Immutable, Alias("mmu.TraceBatch")]
public sealed record TraceBatch([property: Id(0)] long Ordinal, [property: Id(1)] byte[] Words)
{
    /// <summary>A batch of these events.</summary>
    public static TraceBatch Of(long ordinal, ReadOnlySpan<ulong> events)
    {
        byte[] words = new byte[sizeof(ulong) * events.Length];
        for (int i = 0; i < events.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(words.AsSpan(sizeof(ulong) * i), events[i]);
        return new(ordinal, words);
    }

    /// <summary>The events. Bytes after the last whole word are ignored.</summary>
    public ulong[] ToEvents()
    {
        ulong[] events = new ulong[Words.Length / sizeof(ulong)];
        for (int i = 0; i < events.Length; i++)
            events[i] = BinaryPrimitives.ReadUInt64LittleEndian(Words.AsSpan(sizeof(ulong) * i));
        return events;
    }
}

/// <summary>
/// The counts of each configuration. The message is not marked immutable, because the counter goes on counting: inside
/// a silo, the caller gets a copy.
/// </summary>
[GenerateSerializer, Alias("mmu.TracedCpuCounts")]
public sealed record TracedCpuCounts([property: Id(1)] ImmutableArray<MissCounts> Counts);

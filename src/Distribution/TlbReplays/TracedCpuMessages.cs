using System.Buffers.Binary;
using System.Collections.Immutable;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Distribution.TlbReplays;

/// <summary>The configurations of a grain, and what decides which pages it hears of.</summary>
/// <param name="InstructionSlots">See <see cref="IntakeShape"/>; with the next two.</param>
/// <param name="Mappings">Mappings, each once.</param>
/// <param name="Configurations">Configurations, each with the index of its mapping.</param>
[GenerateSerializer, Immutable, Alias("mmu.TracedCpuSetup")]
public sealed record TracedCpuSetup(
    [property: Id(0)] int InstructionSlots,
    [property: Id(1)] int DataSlots,
    [property: Id(2)] ulong ImageMask,
    [property: Id(3)] ImmutableArray<MappingMessage> Mappings,
    [property: Id(4)] ImmutableArray<TlbMessage> Configurations)
{
    public static TracedCpuSetup Of(IntakeShape shape, IReadOnlyList<TlbConfiguration> configurations)
    {
        var mappings = configurations.Select(c => c.Mapping).Distinct().ToList();
        return new(shape.InstructionSlots, shape.DataSlots, shape.ImageMask,
            [.. mappings.Select(MappingMessage.Of)],
            [.. configurations.Select(c => TlbMessage.Of(c, mappings.IndexOf(c.Mapping)))]);
    }

    /// <exception cref="ArgumentException">A configuration cannot be.</exception>
    public MissCounter ToCounter(int workers)
    {
        if (Configurations.Length is 0 or > TlbReplay.MaxConfigurations)
            throw new ArgumentException(
                $"expected 1 to {TlbReplay.MaxConfigurations} configurations, found {Configurations.Length}");
        var mappings = Mappings.Select(m => m.ToMapping()).ToList();
        List<TlbConfiguration> configurations = [.. Configurations.Select(c => c.ToConfiguration(mappings))];
        var own = IntakeShape.Of(configurations);
        if (InstructionSlots < 1 || InstructionSlots > own.InstructionSlots || DataSlots < 1
            || DataSlots > own.DataSlots)
            throw new ArgumentException(
                $"expected lists of 1 to {own.InstructionSlots} and {own.DataSlots} pages, found {InstructionSlots} "
                + $"and {DataSlots}");
        return new(configurations, new(InstructionSlots, DataSlots, ImageMask), workers);
    }
}

/// <summary>A <see cref="TracedMapping"/>.</summary>
/// <param name="Runs">Start, pages and log2 of each run.</param>
[GenerateSerializer, Immutable, Alias("mmu.MappingMessage")]
public sealed record MappingMessage(
    [property: Id(0)] string Name,
    [property: Id(1)] int Uniform,
    [property: Id(2)] int PageLog2,
    [property: Id(3)] ImmutableArray<ulong> Runs,
    [property: Id(4)] int ScatterPercent,
    [property: Id(5)] int UserLog2)
{
    public static MappingMessage Of(TracedMapping mapping) =>
        new(mapping.Name, mapping.Linear.Uniform, mapping.Linear.PageLog2,
        [.. mapping.Linear.Runs.SelectMany(r => (ulong[])[r.Start, r.Pages, r.Log2])], mapping.ScatterPercent,
        mapping.UserLog2);

    /// <exception cref="ArgumentException">No such mapping can be.</exception>
    public TracedMapping ToMapping()
    {
        bool sizesAreGood = UserLog2 is >= PageSizes.MinLog2 and <= PageSizes.MaxLog2 && PageLog2 is 12 or 14 or 16
            && Runs.Where((_, i) => i % 3 == 2).All(log2 => log2 >= (ulong)PageLog2 && log2 <= PageSizes.MaxLog2);
        if (Runs.Length % 3 != 0 || !sizesAreGood || ScatterPercent is < 0 or > 100)
            throw new ArgumentException(
                $"\"{Name}\" is no mapping: sizes are 2^{PageSizes.MinLog2} to 2^{PageSizes.MaxLog2} bytes, scatter "
                + $"0 to 100 %");
        var linear = Uniform != 0 ? LinearPageSizes.Of(Uniform) : LinearPageSizes.Of(PageLog2,
            [.. Enumerable.Range(0, Runs.Length / 3)
                .Select(i => new SizeRun(Runs[3 * i], Runs[3 * i + 1], (byte)Runs[3 * i + 2]))]);
        return new(Name, linear, ScatterPercent, UserLog2);
    }
}

/// <summary>A <see cref="TlbConfiguration"/> but for its mapping.</summary>
/// <param name="Mapping">Its mapping's index.</param>
/// <param name="Tlbs">L1 instruction, L1 data and L2 as <see cref="TlbHierarchy"/> reads them.</param>
/// <param name="Sizes">Sizes of entries of the three.</param>
/// <param name="Walks">Walk caches as <see cref="WalkCaches"/> reads them.</param>
/// <param name="SecondLevelLines">See <see cref="DescriptorCaches"/>; 0 for none.</param>
[GenerateSerializer, Immutable, Alias("mmu.TlbMessage")]
public sealed record TlbMessage(
    [property: Id(0)] int Mapping,
    [property: Id(1)] string Tlbs,
    [property: Id(2)] ImmutableArray<ulong> Sizes,
    [property: Id(3)] string Walks,
    [property: Id(4)] int SecondLevelLines,
    [property: Id(5)] int LastLevelLines)
{
    public static TlbMessage Of(TlbConfiguration configuration, int mapping)
    {
        var tlbs = configuration.Tlbs;
        return new(mapping, tlbs.ToString(), [tlbs.InstructionSizes.Bits, tlbs.DataSizes.Bits, tlbs.SecondSizes.Bits],
            tlbs.Walks.ToString(),
            configuration.Descriptors?.SecondLevelLines ?? 0, configuration.Descriptors?.LastLevelLines ?? 0);
    }

    /// <exception cref="ArgumentException">No such TLBs can be.</exception>
    public TlbConfiguration ToConfiguration(IReadOnlyList<TracedMapping> mappings)
    {
        if (!TlbHierarchy.TryParse(Tlbs, out var tlbs) || WalkCaches.Parse(Walks) is not { } walks || Sizes.Length != 3
            || Mapping < 0 || Mapping >= mappings.Count)
            throw new ArgumentException(
                $"\"{Tlbs}\" with walk caches \"{Walks}\" and mapping {Mapping} is no configuration");
        return new(
            tlbs! with
            {
                InstructionSizes = new(Sizes[0]),
                DataSizes = new(Sizes[1]),
                SecondSizes = new(Sizes[2]),
                Walks = walks
            },
            mappings[Mapping],
            SecondLevelLines > 0 ? new(SecondLevelLines, LastLevelLines) : null);
    }
}

/// <summary>Events of a trace.</summary>
/// <param name="Ordinal">From 1, in order.</param>
/// <param name="Words">The events, eight bytes each, lowest first: bytes cross between processes in one piece.</param>
[GenerateSerializer, Immutable, Alias("mmu.TraceBatch")]
public sealed record TraceBatch([property: Id(0)] long Ordinal, [property: Id(1)] byte[] Words)
{
    public static TraceBatch Of(long ordinal, ReadOnlySpan<ulong> events)
    {
        byte[] words = new byte[sizeof(ulong) * events.Length];
        for (int i = 0; i < events.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(words.AsSpan(sizeof(ulong) * i), events[i]);
        return new(ordinal, words);
    }

    /// <summary>The events; what is left of a last word is none.</summary>
    public ulong[] ToEvents()
    {
        ulong[] events = new ulong[Words.Length / sizeof(ulong)];
        for (int i = 0; i < events.Length; i++)
            events[i] = BinaryPrimitives.ReadUInt64LittleEndian(Words.AsSpan(sizeof(ulong) * i));
        return events;
    }
}

/// <summary>The numbers of each configuration's <see cref="MissCounts"/>.</summary>
[GenerateSerializer, Immutable, Alias("mmu.TracedCpuCounts")]
public sealed record TracedCpuCounts([property: Id(0)] ImmutableArray<ImmutableArray<long>> Counts);

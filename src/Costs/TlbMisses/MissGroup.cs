using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.MemoryTraces;
using Orleans.Mmu.Costs.Stacks;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>
/// Configurations whose L1 TLBs choose among the same entries: one mapping, the same entry sizes, the same number of
/// sets. They share one pair of LRU stacks; each has its own L2 TLB. An event costs one step in the stacks, and one for
/// each configuration in which it misses.
/// </summary>
internal sealed class MissGroup
{
    private readonly Member[] _members;
    private readonly Member[] _byInstructionWays;
    private readonly Member[] _byDataWays;
    private readonly PageSizes _sizes;
    private readonly TlbHierarchy _shape;
    private readonly LruStack?[] _stacks = new LruStack?[2 * IMemoryTraceSink.MaxCpus];
    private readonly IntakeShape _intake;

    /// <param name="configurations">Each with its index in the whole list.</param>
    /// <param name="intake">The shape of the intake, which decides which pages become events.</param>
    public MissGroup(IEnumerable<(TlbConfiguration Configuration, int Index)> configurations, IntakeShape intake)
    {
        _members = [.. configurations.Select(c => new Member(c.Configuration, c.Index))];
        _byInstructionWays = [.. _members.OrderBy(m => m.InstructionWays)];
        _byDataWays = [.. _members.OrderBy(m => m.DataWays)];
        _sizes = _members[0].Configuration.Mapping.Begin();
        _shape = _members[0].Configuration.Tlbs;
        _intake = intake;
    }

    /// <summary>Groups of configurations that can share their stacks.</summary>
    public static IEnumerable<MissGroup> Of(IReadOnlyList<TlbConfiguration> configurations, IntakeShape intake) =>
        configurations
        .Select((c, i) => (Configuration: c, Index: i))
        .GroupBy(
            c => (c.Configuration.Mapping.Linear, c.Configuration.Mapping.ScatterPercent,
                c.Configuration.Mapping.UserLog2,
            c.Configuration.Tlbs.InstructionSizes, c.Configuration.Tlbs.DataSizes,
            c.Configuration.Tlbs.Instructions.Sets, c.Configuration.Tlbs.Data.Sets))
        .Select(g => new MissGroup(g, intake));

    /// <summary>The indices of its configurations in the whole list.</summary>
    public IEnumerable<int> Configurations => _members.Select(m => m.Index);

    /// <summary>
    /// Bytes that suffice for one CPU: its stacks, and what each configuration has behind its L1 TLBs.
    /// </summary>
    public long BytesPerCpu =>
        sizeof(ulong) * ((long)_shape.Instructions.Sets * _byInstructionWays[^1].InstructionWays
            + (long)_shape.Data.Sets * _byDataWays[^1].DataWays)
        + _members.Sum(m => TracedCpu.BytesOf(m.Configuration));

    /// <summary>Counts events, in order.</summary>
    public void Take(ReadOnlySpan<ulong> events)
    {
        foreach (ulong word in events)
        {
            if (word == PageEvents.WarmedUp)
            {
                foreach (var member in _members)
                    member.Counts.Clear();
                continue;
            }

            bool isData = PageEvents.IsData(word);
            var page = _sizes.Of(PageEvents.Page(word));
            ulong key = page.Key((isData ? _shape.DataSizes : _shape.InstructionSizes).Piece(page.Log2));
            int cpu = PageEvents.Cpu(word);
            int depth = (_stacks[2 * cpu + (isData ? 1 : 0)] ??= NewStack(isData)).Access(PageEvents.Slot(word), key);
            foreach (var member in isData ? _byDataWays : _byInstructionWays)
            {
                if ((isData ? member.DataWays : member.InstructionWays) > depth)
                    break;
                member.Miss(cpu, page, isData);
            }
        }
    }

    /// <summary>Writes the counts to their indices in the whole list.</summary>
    public void Report(MissCounts[] counts)
    {
        foreach (var member in _members)
            counts[member.Index] = member.Counts;
    }

    private LruStack NewStack(bool isData) => isData
        ? new(_intake.DataSlots, _shape.Data.Sets, _byDataWays[^1].DataWays)
        : new(_intake.InstructionSlots, _shape.Instructions.Sets, _byInstructionWays[^1].InstructionWays);

    private sealed class Member(TlbConfiguration configuration, int index)
    {
        private readonly TracedCpu?[] _cpus = new TracedCpu?[IMemoryTraceSink.MaxCpus];

        public TlbConfiguration Configuration => configuration;

        public int Index => index;

        public int InstructionWays { get; } = configuration.Tlbs.Instructions.Ways;

        public int DataWays { get; } = configuration.Tlbs.Data.Ways;

        public MissCounts Counts { get; } = new();

        public void Miss(int cpu, MappedPage page, bool isData)
        {
            Counts.CountL1(page, isData);
            (_cpus[cpu] ??= new(configuration)).Miss(page, Counts);
        }
    }
}

using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>
/// The adversary's targets in one change of the map: addresses whose leaves will change, and one CPU, the hunter, that
/// walks them whenever it can see them. The other CPUs walk as the seed decides. A CPU may speculate at any address at
/// any time, so every such walk is legal; targeting only makes conflicts likely.
/// </summary>
/// <param name="Seed">Decides every choice.</param>
/// <param name="Victims">Addresses to walk; the first one always.</param>
/// <param name="Hunter">
/// The CPU that walks the victims in every window; −1 if there is no secondary besides late CPUs.
/// </param>
public sealed record SpeculationPlan(ulong Seed, ImmutableArray<VirtualAddress> Victims, int Hunter)
{
    /// <summary>The number of victims of a plan.</summary>
    public const int VictimCount = 4;

    /// <summary>A plan for the repaint of a machine's linear map.</summary>
    /// <param name="tables">The map before the change.</param>
    public static SpeculationPlan ForRepaint(MachineDescription machine, TableSnapshot tables, ulong seed)
    {
        var choice = new SeededChoice(seed);
        var candidates = Candidates(machine, tables);
        var victims = ImmutableArray.CreateBuilder<VirtualAddress>();
        if (candidates.Count > 0)
        {
            for (int i = 0; i < VictimCount; i++)
            {
                var range = candidates[choice.Index(candidates.Count, Purpose.Victim, i)];
                ulong page = tables.Geometry.Granule.PageSize;
                ulong pages = (range.End - range.Start) / page;
                victims.Add(range.Start + choice.Bits(Purpose.Page, i) % pages * page);
            }
        }

        return new(seed, victims.ToImmutable(), Hunt(machine, choice));
    }

    // Blocks within the ranges that are repainted; contiguous pages where there are no blocks.
    private static List<LinearRange> Candidates(MachineDescription machine, TableSnapshot tables)
    {
        var geometry = tables.Geometry;
        var ranges = Enum.GetValues<RepaintRange>().Select(r => LinearRange.Of(r, machine)).ToList();
        var root = tables.Root(machine.Image.Swapper(geometry.Granule))!;
        var changed = LeafEnumeration.Leaves(geometry, root, geometry.UpperHalfStart)
            .Where(l => (!l.Level.IsLast || l.First.Contiguous) && l.First.IsValid)
            .SelectMany(
                l => ranges.Select(
                    r => (IsBlock: !l.Level.IsLast, Range: Intersection(r, new(l.Start, l.End(geometry))))))
            .Where(c => c.Range.Start < c.Range.End)
            .ToList();
        bool blocks = changed.Any(c => c.IsBlock);
        return [.. changed.Where(c => c.IsBlock == blocks).Select(c => c.Range)];
    }

    private static LinearRange Intersection(LinearRange a, LinearRange b) =>
        new(a.Start > b.Start ? a.Start : b.Start, a.End < b.End ? a.End : b.End);

    // A secondary whose BBM level does not allow a live change; any secondary if all allow it.
    private static int Hunt(MachineDescription machine, SeededChoice choice)
    {
        var secondaries = Enumerable.Range(1, machine.Cpus.Length - 1).Where(c => !machine.Cpus[c].Late).ToList();
        var weak = secondaries.Where(c => machine.Cpus[c].Bbm != BbmLevel.Level2NoAbort).ToList();
        var from = weak.Count > 0 ? weak : secondaries;
        return from.Count > 0 ? from[choice.Index(from.Count, Purpose.Hunter)] : -1;
    }
}

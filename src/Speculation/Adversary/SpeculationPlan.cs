using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>
/// What the adversary aims at in one change of the map: addresses whose leaves will change, and one CPU, the hunter,
/// that walks them whenever it can see them. The others walk as the seed says. A CPU may speculate at any address at any
/// time, so all of it is legal behaviour; the aim only saves waiting for bad luck.
/// </summary>
/// <param name="Seed">Every choice follows from it.</param>
/// <param name="Victims">Addresses to walk, the first always.</param>
/// <param name="Hunter">The CPU that never misses a chance; −1 if there is nobody to hunt.</param>
public sealed record SpeculationPlan(ulong Seed, ImmutableArray<VirtualAddress> Victims, int Hunter)
{
    /// <summary>How many addresses a plan aims at.</summary>
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

    // Blocks as far as they lie in the ranges that are repainted; contiguous pages where there are no blocks.
    private static List<LinearRange> Candidates(MachineDescription machine, TableSnapshot tables)
    {
        var geometry = tables.Geometry;
        var ranges = Enum.GetValues<RepaintRange>().Select(r => LinearRange.Of(r, machine)).ToList();
        var root = tables.Root(machine.Image.Swapper(geometry.Granule))!;
        var changed = LeafWalk.Leaves(geometry, root, geometry.UpperHalfStart)
            .Where(l => (!l.Level.IsLast || l.First.Contiguous) && l.First.IsValid)
            .SelectMany(l => ranges.Select(r => (IsBlock: !l.Level.IsLast, Range: Intersection(r, new(l.Start, l.End(geometry))))))
            .Where(c => c.Range.Start < c.Range.End)
            .ToList();
        bool blocks = changed.Any(c => c.IsBlock);
        return [.. changed.Where(c => c.IsBlock == blocks).Select(c => c.Range)];
    }

    private static LinearRange Intersection(LinearRange a, LinearRange b) =>
        new(a.Start > b.Start ? a.Start : b.Start, a.End < b.End ? a.End : b.End);

    // A secondary that may not see the change live; any secondary where all may.
    private static int Hunt(MachineDescription machine, SeededChoice choice)
    {
        var secondaries = Enumerable.Range(1, machine.Cpus.Length - 1).Where(c => !machine.Cpus[c].Late).ToList();
        var weak = secondaries.Where(c => machine.Cpus[c].Bbm != BbmLevel.Level2NoAbort).ToList();
        var from = weak.Count > 0 ? weak : secondaries;
        return from.Count > 0 ? from[choice.Index(from.Count, Purpose.Hunter)] : -1;
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>
/// Fields of a machine file that mmu import assumes where no file gives them, and that a map shows: __bss_stop, the PA
/// at PAGE_OFFSET, and the early KFENCE pool.
/// </summary>
/// <param name="found">The runs of the map's linear map.</param>
internal sealed class AssumedFields(
    TranslationGeometry geometry, IReadOnlyList<LeafSequence> found, bool hasOutputAddresses)
{
    /// <summary>The machine with these fields as the map shows them; the same where it does not need them.</summary>
    public AlternativeMachine Complete(AlternativeMachine other)
    {
        var (machine, edits) = (other.Machine, other.Edits);
        var withs = new List<string>();
        if (machine.PhysicalOffset is null && PhysicalOffset(machine) is { } offset)
        {
            machine = machine with { PhysicalOffset = offset };
            edits = edits.Add(new("kernel.physicalOffset", $"\"{offset}\""));
            withs.Add($"{offset} at PAGE_OFFSET");
        }

        if (Pool(machine) is { } pool)
        {
            machine = machine with { KfencePool = pool };
            edits = edits.Add(new("kernel.kfencePool", $"\"{pool}\""));
            withs.Add($"the KFENCE pool at {pool}");
        }

        if (BssStop(machine) is { } stop)
        {
            machine = machine with { Image = machine.Image with { BssStop = stop } };
            edits = edits.Add(new("kernel.image.bssStop", $"\"{stop}\""));
            withs.Add($"__bss_stop at {stop}");
        }

        return withs.Count == 0 ? other : other.With(string.Join(" and ", withs), machine, edits);
    }

    // Without a place, the pool is taken to lie at the end of memory.
    private PhysicalAddress? Pool(MachineDescription machine)
    {
        if (machine.KfencePool is not null || !machine.CommandLine.KfenceEarly)
            return null;
        ulong size = machine.KfencePoolSize;
        if (new PoolSearch(geometry, found).Find(size) is not { } start)
            return null;
        var layout = LinearMapLayout.Of(machine);
        var pool = new MemoryRange(layout.ToPhysical(start), layout.ToPhysical(start) + size);
        return pool.Start != new LinearMapPainter(machine).KfencePool
            && layout.Memory(machine).Any(m => m.Contains(pool))
            && !pool.Overlaps(new(machine.Image.Text, machine.Image.End)) ? pool.Start : null;
    }

    // "_end" stands where no file gives __bss_stop. The alias of data and bss ends there, and is not writable.
    private PhysicalAddress? BssStop(MachineDescription machine)
    {
        var image = machine.Image;
        if (image.BssStop != image.End || !machine.CommandLine.RodataEnabled
            || machine.Rules.DataAlias == AliasPermission.Writable)
            return null;
        var layout = LinearMapLayout.Of(machine);
        var (start, end) = (layout.ToVirtual(image.InitEnd), layout.ToVirtual(image.End));
        var at = start;
        foreach (var run in found)
        {
            if (run.End(geometry) <= at)
                continue;
            if (run.Start > at || at >= end
                || (run.First.IsValid && !run.First.Attributes(geometry, run.Level).ReadOnly))
                break;
            at = run.End(geometry);
        }

        return at > start && at < end ? layout.ToPhysical(at) : null;
    }

    // A kernel before 6.16 with KASLR begins the map elsewhere; then no leaf lies where the machine has it.
    private PhysicalAddress? PhysicalOffset(MachineDescription machine)
    {
        var layout = LinearMapLayout.Of(machine);
        List<ulong> offsets = hasOutputAddresses
            ? [.. found.Where(r => r.First.IsValid).Select(OffsetOf).Distinct().Take(2)]
            : OffsetOfStart(layout.Memory(machine));
        return offsets is [var offset] && offset != layout.PhysicalOffset.Value
            && offset % LinearMapLayout.Alignment(geometry.Granule) == 0 ? new PhysicalAddress(offset) : null;
    }

    // A ptdump has no output addresses; the first leaf maps the start of memory.
    private List<ulong> OffsetOfStart(IReadOnlyList<MemoryRange> memory) => found.Count == 0 || memory.Count == 0 ? []
        : [unchecked(memory[0].Start.Value - (found[0].Start - geometry.UpperHalfStart))];

    private ulong OffsetOf(LeafSequence run) =>
        unchecked(run.First.OutputAddress(geometry, run.Level).Value - (run.Start - geometry.UpperHalfStart));
}

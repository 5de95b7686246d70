using BenchmarkDotNet.Attributes;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// set_memory_ro() of single pages anywhere in a map of blocks, split where it takes: time and bytes for a page, which
/// should not grow with the map.
/// </summary>
[Config(typeof(WholeBoots))]
[WarmupCount(15)]
[IterationCount(10)]
[MemoryDiagnoser]
public class PermissionBenchmarks
{
    private const int Changes = 16_384;

    private readonly PhysicalAddress[][] _pages = new PhysicalAddress[Changes][];
    private KernelContext _kernel = null!;
    private TableSnapshot _map = null!;

    /// <summary>GiB of memory.</summary>
    [Params(16, 256, 16384)]
    public int Memory { get; set; }

    [GlobalSetup]
    public void Paint()
    {
        var machine = PaintBenchmarks.Machine(Memory, "7.3", "0x410fd842");
        var painter = new LinearMapPainter(machine);
        _map = painter.Paint(PaintDecision.OfBootCpu(machine));
        _kernel = KernelContext.AfterBoot(machine, painter);
        var random = new Random(1);
        for (int i = 0; i < Changes; i++)
            _pages[i] = [new PhysicalAddress(0x8000_0000) + (ulong)random.NextInt64((Memory - 1L) << 18) * 4096];
    }

    /// <summary>Table pages that exist nowhere in the map, so that every run begins with as many.</summary>
    [IterationSetup]
    public void Refill() => _kernel = _kernel with { Pages = new([new(new(1UL << 46), new(1UL << 47))], 4096) };

    [Benchmark(OperationsPerInvoke = Changes)]
    public TableSnapshot SetMemoryReadOnly()
    {
        var editor = new TableEditor(_map);
        var permissions = new MemoryPermissions(_kernel, editor);
        foreach (var page in _pages)
        {
            if (permissions.ChangeAliases(page, PermissionChange.ReadOnly).Error != KernelError.None)
                throw new InvalidOperationException("an error where only changes are measured");
            permissions.Flushed();
        }

        return editor.Publish();
    }
}

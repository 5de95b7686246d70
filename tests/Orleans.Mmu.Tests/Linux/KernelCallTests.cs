using Orleans.Mmu.Linux.Calls;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The closed family of kernel calls: every one has a text.</summary>
public sealed class KernelCallTests
{
    internal static IReadOnlyList<KernelCall> All { get; } =
    [
        new VmallocAlloc(3), new VmallocFree(2), new SetMemoryRo(1, 2, 3), new SetMemoryRw(1, 2, 3),
        new SetMemoryNx(1, 2, 3),
        new SetMemoryX(1, 2, 3),
        new SetMemoryValid(new(new(0xffff_0000_0000_0000), new(0xffff_0000_0000_4000)), Valid: true),
        new SetMemoryValid(new(new(0xffff_0000_0000_0000), new(0xffff_0000_0000_4000)), Valid: false),
        new SetDirectMapInvalid(new(0x4000_1000)), new SetDirectMapDefault(new(0x4000_2000)),
        new TakeSecret(new(0x4000_3000)),
        new FreeSecret(new(0x4000_4000)), new HotplugAdd(new(new(0x8000_0000), new(0x8800_0000))),
        new HotplugRemove(new(new(0x8000_0000), new(0x8800_0000))),
    ];

    [Fact]
    public void Every_type_of_call_is_among_them()
    {
        var types = typeof(KernelCall).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(KernelCall)) && !t.IsAbstract);

        Assert.Equal(types.OrderBy(t => t.Name), All.Select(c => c.GetType()).Distinct().OrderBy(t => t.Name));
    }

    [Fact]
    public void Texts_say_what_is_asked()
    {
        Assert.Equal(
            [
                "vmalloc of 3 pages", "vfree of area 2", "ReadOnly of 3 pages from page 2 of area 1",
                "ReadWrite of 3 pages from page 2 of area 1",
                "NoExecute of 3 pages from page 2 of area 1", "Execute of 3 pages from page 2 of area 1",
                "MakeValid at 0xffff000000000000, 16384 bytes", "MakeInvalid at 0xffff000000000000, 16384 bytes",
                "DirectMapInvalid at 0x40001000, 0 bytes", "DirectMapDefault at 0x40002000, 0 bytes",
                "TakeSecret at 0x40003000, 0 bytes",
                "FreeSecret at 0x40004000, 0 bytes", "HotAdd at 0x80000000, 134217728 bytes",
                "HotRemove at 0x80000000, 134217728 bytes",
            ],
            All.Select(c => c.ToString()));
    }
}

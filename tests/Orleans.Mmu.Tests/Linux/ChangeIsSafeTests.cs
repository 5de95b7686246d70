using CsCheck;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>pgattr_change_is_safe(): what a live entry may become without break-before-make.</summary>
public class ChangeIsSafeTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly KernelRules Old = KernelRules.Of(KernelVersion.Parse("7.1"));
    private static readonly KernelRules New = KernelRules.Of(KernelVersion.Parse("7.2"));

    // Bits of a page that a change may flip, and whether it is safe.
    public static TheoryData<string, ulong, bool> Flips => new()
    {
        { "nothing", 0, true },
        { "AP[2]", 1UL << 7, true },
        { "AP[1]", 1UL << 6, false },
        { "SH", 3UL << 8, false },
        { "AF", 1UL << 10, false },
        { "the address", 1UL << 12, false },
        { "GP", 1UL << 50, false },
        { "DBM", 1UL << 51, true },
        { "PXN", 1UL << 53, true },
        { "UXN", 1UL << 54, false },
        { "a software bit", 1UL << 55, true },
        { "the last software bit", 1UL << 58, true },
        { "the type", 2, false },
        { "Normal to Normal-Tagged", 1UL << 2, true },
        { "Normal to Device", 3UL << 2, false },
    };

    [Theory]
    [MemberData(nameof(Flips))]
    public void A_flip_is_safe_or_not_in_both_directions(string name, ulong bits, bool safe)
    {
        var page = Page(0);
        var other = new Descriptor(page.Bits ^ bits);

        foreach (var rules in (KernelRules[])[Old, New])
        {
            Assert.True(safe == KernelAttributes.ChangeIsSafe(page, other, rules), name);
            Assert.True(safe == KernelAttributes.ChangeIsSafe(other, page, rules), name);
        }
    }

    [Fact]
    public void Non_global_may_become_what_was_global_and_never_back()
    {
        var global = Page(0);
        var notGlobal = new Descriptor(global.Bits | 1UL << 11);

        Assert.True(KernelAttributes.ChangeIsSafe(global, notGlobal, New));
        Assert.False(KernelAttributes.ChangeIsSafe(notGlobal, global, New));
    }

    [Fact]
    public void What_is_contiguous_may_keep_its_bit_since_7_2_only()
    {
        var group = Page(0, contiguous: true);
        var readOnly =
            group.WithAttributes(Geometry, Level.L3, group.Attributes(Geometry, Level.L3).WithReadOnly(true));

        Assert.False(KernelAttributes.ChangeIsSafe(group, readOnly, Old));
        Assert.True(KernelAttributes.ChangeIsSafe(group, readOnly, New));
        foreach (var rules in (KernelRules[])[Old, New])
        {
            Assert.False(KernelAttributes.ChangeIsSafe(group, group.WithContiguous(false), rules));
            Assert.False(KernelAttributes.ChangeIsSafe(group.WithContiguous(false), group, rules));
        }
    }

    [Fact]
    public void To_make_or_to_take_down_an_entry_is_always_safe() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Bool).ForAll((a, b, since) =>
        {
            var (invalid, any) = (new Descriptor(a & ~1UL), new Descriptor(b));

            Assert.True(KernelAttributes.ChangeIsSafe(invalid, any, since ? New : Old));
            Assert.True(KernelAttributes.ChangeIsSafe(any, invalid, since ? New : Old));
        });

    [Fact]
    public void A_change_of_device_memory_to_normal_is_never_safe()
    {
        Assert.False(KernelAttributes.ChangeIsSafe(Page(3), Page(0), New));
        Assert.False(KernelAttributes.ChangeIsSafe(Page(0), Page(2), New));
        Assert.True(KernelAttributes.ChangeIsSafe(Page(3), Page(3), New));
    }

    [Theory]
    [InlineData("6.12", true)]
    [InlineData("6.18", false)]
    [InlineData("7.0", true)]
    public void Kernel_pages_are_written_with_the_bits_of_their_version(string version, bool dirty)
    {
        var attributes = new KernelAttributes(Geometry, KernelRules.Of(KernelVersion.Parse(version)));

        Assert.Equal((0, 1, 0),
            (attributes.Pages.AttrIndex, attributes.TaggedPages.AttrIndex, attributes.ReadOnlyPages.AttrIndex));
        Assert.Equal((false, true), (attributes.Pages.ReadOnly, attributes.Pages.DirtyBitModifier));
        Assert.Equal((true, false), (attributes.ReadOnlyPages.ReadOnly, attributes.ReadOnlyPages.DirtyBitModifier));
        Assert.Equal(dirty, (attributes.Pages.Bits >> 55 & 1) != 0);
        Assert.True(attributes.Pages.PrivilegedExecuteNever && attributes.Pages.UnprivilegedExecuteNever);
    }

    private static Descriptor Page(int attrIndex, bool contiguous = false) =>
        Descriptor.Leaf(
            Geometry, Level.L3, new(0x4000_0000), LeafAttributes.Data(Geometry, attrIndex, false), contiguous);
}

using static Orleans.Mmu.Tests.Explain.SampleOops;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>
/// What a faulting address is said to be: tagged, in a shadow of KASAN, an error code, a poisoned pointer.
/// </summary>
public sealed class OopsAddressTests
{
    [Theory]
    [InlineData("f5ff000005c00000", 48, "The address carries the tag 0xf5 in bits 63:56. With TCR_EL1.TBI1 = 1, as "
        + "Linux sets it for memory tags and KASAN's tags, the CPU ignores those bits and translates "
        + "0xffff000005c00000. That lies in the linear map, 0x5c00000 bytes behind PAGE_OFFSET.")]
    [InlineData("00ff800080000000", 48, "The address carries the tag 0x00 in bits 63:56. With TCR_EL1.TBI1")]
    [InlineData("b400aaaabbbbc000", 48, "The address carries the tag 0xb4 in bits 63:56. With TCR_EL1.TBI0 = 1, as "
        + "Linux sets it, the CPU ignores those bits and translates 0x0000aaaabbbbc000.")]
    [InlineData("0500000000001000", 48, "The address carries the tag 0x05 in bits 63:56. With TCR_EL1.TBI0 = 1, as "
        + "Linux sets it, the CPU ignores those bits and translates 0x0000000000001000. That is a small offset from "
        + "zero: a field of a null pointer.")]
    [InlineData("dfff800000000001", 48, "The address lies in the shadow that generic KASAN has of the lower half "
        + "(KASAN_SHADOW_OFFSET 0xdfff800000000000), where nothing is mapped: the kernel was about to access 0x8, a "
        + "field of a null pointer.")]
    [InlineData("dfff800000000001", 52, "The address lies in the shadow that generic KASAN has")]
    [InlineData("dfffffc000000002", 39, "The address lies in the shadow that generic KASAN has of the lower half "
        + "(KASAN_SHADOW_OFFSET 0xdfffffc000000000), where nothing is mapped: the kernel was about to access 0x10, a")]
    [InlineData("efff800000000002", 48, "The address lies in the shadow that KASAN with software tags has of the lower "
        + "half (KASAN_SHADOW_OFFSET 0xefff800000000000), where nothing is mapped: the kernel was about to access "
        + "0x20")]
    [InlineData("dfff800020000000", 48, "The address lies in the shadow that generic KASAN has of the lower half "
        + "(KASAN_SHADOW_OFFSET 0xdfff800000000000), where nothing is mapped: the kernel was about to access "
        + "0x100000000.")]
    [InlineData("6b6b6b6b6b6b6b6b", 48, "The address lies in neither half of 48 bits, whatever its top byte")]
    [InlineData("dead000000000122", 48, "The address lies in neither half of 48 bits, whatever its top byte")]
    [InlineData("ffff000005c00000", 39, "The address lies in neither half of 39 bits, whatever its top byte")]
    [InlineData("0000000000000010", 48, "The address is a small offset from zero")]
    public void An_address_is_placed_by_what_the_CPU_looks_at(string address, int bits, string expected)
    {
        string text = Kfence.Replace("ffff000005c00000", address, StringComparison.Ordinal)
            .Replace("48-bit", $"{bits}-bit", StringComparison.Ordinal);

        Assert.StartsWith(expected, Explained(text).Sections[2].Sentences[0], StringComparison.Ordinal);
    }

    // IS_ERR_VALUE(), and LIST_POISON1 and 2 of include/linux/poison.h.
    [Theory]
    [InlineData("ffffffffffffffb8", "The address is -72: an error code in place of a pointer (ERR_PTR), or a small")]
    [InlineData("fffffffffffff000", "The address lies in the kernel's half above the linear map")]
    [InlineData("dead000000000100", "It is LIST_POISON1: list_del() leaves")]
    [InlineData("dead000000000108", "It is LIST_POISON1 + 0x8: list_del() leaves")]
    [InlineData("dead000000000122", "It is LIST_POISON2: list_del() leaves")]
    [InlineData("dead000000001000", "It is a damaged pointer, or a pattern that fills freed memory.")]
    public void A_value_that_is_no_address_is_named(string address, string expected) => Assert.Contains(expected,
        Explained(Kfence.Replace("ffff000005c00000", address, StringComparison.Ordinal)).Sections[2].Sentences[0],
        StringComparison.Ordinal);

    [Fact]
    public void An_address_that_FnV_calls_invalid_is_not_explained()
    {
        var answer = Explained(Kfence.Replace("96000047", "96000410", StringComparison.Ordinal));

        Assert.StartsWith("FnV = 1: FAR does not hold the address", Assert.Single(answer.Sections[2].Sentences),
            StringComparison.Ordinal);
        Assert.Empty(answer.Commands);
    }
}

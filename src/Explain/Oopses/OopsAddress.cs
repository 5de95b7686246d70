using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Layout;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>What the address of an access says of itself.</summary>
internal static class OopsAddress
{
    // Software adds the offset of a field to a null pointer; Linux keeps the first pages unmapped for that.
    private const ulong NullArea = 0x10000;

    // IS_ERR_VALUE(): the last 4095 addresses are error codes.
    private const ulong ErrorCodes = 0xffff_ffff_ffff_f001;

    private const ulong PoisonDelta = 0xdead_0000_0000_0000;

    // KASAN_SHADOW_OFFSET is 2^(VA_BITS_MIN - 1) below these addresses; a shadow byte stands for 8 or 16 bytes.
    private const ulong GenericTop = 0xe000_0000_0000_0000;
    private const ulong TagsTop = 0xf000_0000_0000_0000;

    public static string Of(VirtualAddress address, TranslationGeometry geometry)
    {
        if (geometry.IsCanonical(address))
            return Place("The address", address, geometry);
        if (Shadow(address, geometry) is { } shadow)
            return shadow;
        var plain = TranslationGeometry.WithoutTag(address);
        if (geometry.IsCanonical(plain))
        {
            string control = plain.IsUpperHalf
                ? "TCR_EL1.TBI1 = 1, as Linux sets it for memory tags and KASAN's tags"
                : "TCR_EL1.TBI0 = 1, as Linux sets it";
            return $"The address carries the tag 0x{address.Value >> 56:x2} in bits 63:56. With {control}, the CPU "
                + $"ignores those bits and translates {plain}. {Place("That", plain, geometry)}";
        }

        return $"The address lies in neither half of {geometry.VaBits} bits, whatever its top byte: no table "
            + $"translates it, and there was no walk. {Poison(address.Value)}";
    }

    // include/linux/poison.h with CONFIG_ILLEGAL_POINTER_VALUE of arm64.
    private static string Poison(ulong address)
    {
        if (address is < PoisonDelta + 0x100 or >= PoisonDelta + 0x1000)
            return "It is a damaged pointer, or a pattern that fills freed memory.";
        var (name, offset) = address < PoisonDelta + 0x122 ? ("LIST_POISON1", address - PoisonDelta - 0x100)
            : ("LIST_POISON2", address - PoisonDelta - 0x122);
        return $"It is {name}{(offset == 0 ? "" : $" + 0x{offset:x}")}: list_del() leaves LIST_POISON1 in next and "
            + "LIST_POISON2 in prev of an entry that it removes (hlist_del() likewise), so the entry was used after "
            + "that.";
    }

    private static string? Shadow(VirtualAddress address, TranslationGeometry geometry)
    {
        ulong span = unchecked(0 - LinearMapLayout.EndOf(geometry).Value);
        foreach (var (top, shift, kind) in ((ulong, int, string)[])
            [(GenericTop, 3, "generic KASAN"), (TagsTop, 4, "KASAN with software tags")])
        {
            ulong offset = top - span;
            ulong target = unchecked(address.Value - offset) << shift;
            if (address.Value >= offset && address.Value - offset < span * 2 >> shift)
                return $"The address lies in the shadow that {kind} has of the lower half (KASAN_SHADOW_OFFSET "
                    + $"0x{offset:x}), where nothing is mapped: the kernel was about to access 0x{target:x}"
                    + (target < NullArea ? ", a field of a null pointer." : ".");
        }

        return null;
    }

    private static string Place(string subject, VirtualAddress address, TranslationGeometry geometry)
    {
        if (address.Value < NullArea)
            return $"{subject} is a small offset from zero: a field of a null pointer.";
        if (!address.IsUpperHalf)
            return $"{subject} lies in the lower half, which TTBR0 translates: user space, or the idmap.";
        if (address.Value >= ErrorCodes)
            return $"{subject} is {unchecked((long)address.Value)}: an error code in place of a pointer (ERR_PTR), or "
                + "a small negative offset from a null pointer, as container_of() makes it.";
        return address < LinearMapLayout.EndOf(geometry)
            ? $"{subject} lies in the linear map, 0x{address - geometry.UpperHalfStart:x} bytes behind PAGE_OFFSET."
            : $"{subject} lies in the kernel's half above the linear map: vmalloc, modules, the kernel image, "
                + "vmemmap or the fixmap.";
    }
}

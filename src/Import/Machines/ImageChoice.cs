using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Where the kernel image lies, and why.</summary>
internal sealed record ImageChoice(
    Chosen<PhysicalAddress> Text, Chosen<PhysicalAddress> Stext, Chosen<PhysicalAddress> InitBegin,
    Chosen<PhysicalAddress> InitEnd, Chosen<PhysicalAddress> BssStop, Chosen<PhysicalAddress> End)
{
    // SEGMENT_ALIGN: .head.text is shorter, and .text begins at the next multiple (vmlinux.lds.S).
    private const ulong HeadBytes = 64 << 10;

    private const string SymbolAdvice = "--system-map or --kallsyms";

    // Boot loaders place an image at a multiple of 2M (Documentation/arch/arm64/booting.rst); UEFI's stub may place it
    // at a multiple of 64K where it randomizes the address.
    private const ulong BootAlign = 2 << 20;

    /// <summary>The addresses with their keys, in the order of the linker script.</summary>
    public IEnumerable<(string Key, Chosen<PhysicalAddress> Address)> Addresses =>
    [
        ("text", Text), ("stext", Stext), ("initBegin", InitBegin), ("initEnd", InitEnd), ("bssStop", BssStop),
        ("end", End),
    ];

    /// <summary>One line for the addresses that are assumed for the same reason.</summary>
    public IEnumerable<string> Warnings => Addresses.Where(a => a.Address.IsAssumed).GroupBy(a => a.Address.Comment)
        .SelectMany(same => same.Count() == Addresses.Count() ? Text.Warnings("kernel.image")
            : same.First().Address.Warnings($"kernel.image.{same.First().Key}", string.Concat(
                [$"{same.First().Address.Value}", .. same.Skip(1).Select(a => $" (and {a.Key} {a.Address.Value})")])));

    /// <exception cref="InputException">There is no room for an image in memory.</exception>
    public static ImageChoice Of(MachineSources sources, KernelVersion version, Chosen<MemoryLayout> memory) =>
        sources.Iomem is { Code: { } code, Data: { } data }
            ? FromResources(code, data, KernelRules.Of(version), sources.Symbols)
            : Somewhere(memory, sources.Symbols);

    /// <summary>Symbols that are not of the kernel that the resources are of; null where they are.</summary>
    public static string? Mismatch(MachineSources sources) =>
        sources is { Iomem: { Code: { } code, Data: { } data }, Symbols: { } symbols }
            && symbols.Distance(KernelSymbols.InitBegin, KernelSymbols.End) is { } size
            && size != data.Range.End - code.Range.End
            ? $"{symbols.File} is of another kernel than {sources.Iomem.File}: 0x{size:x} bytes from __init_begin to "
                + $"_end, not 0x{data.Range.End - code.Range.End:x}; it is passed over" : null;

    private static ImageChoice FromResources(
        NamedRange code, NamedRange data, KernelRules rules, KernelSymbols? symbols)
    {
        var first = code.Range.Start;
        ulong? ofSymbols = symbols?.Distance(KernelSymbols.Text, KernelSymbols.Stext);
        ulong head = ofSymbols ?? HeadBytes;
        var start = FirstIsText(code, rules, symbols);
        string place = $"{code.Place}: \"Kernel code\"";
        string headSize = ofSymbols is null
            ? "where .text begins in every image, at the next multiple of 64K"
            : $"{symbols!.File}: _stext - _text";
        var text = start.IsText ? first : new PhysicalAddress(first.Value - head);
        var end = data.Range.End;
        string named = $"{place} begins at {(start.IsText ? KernelSymbols.Text : KernelSymbols.Stext)}: {start.Why}";
        var (from, behind) = (code.From, data.From);
        // Where the one is assumed, so is the other, for the same reason; an error is in the file that gives the size.
        Chosen<PhysicalAddress> At(PhysicalAddress at, bool isNamed, string origin) => new(
            at, isNamed || start.Advice is not null ? named : $"{origin} 0x{head:x}: {headSize}", start.Advice,
            isNamed || ofSymbols is null ? from : symbols!.PlaceOf(KernelSymbols.Stext));
        return new(
            At(text, start.IsText, "_stext -"),
            At(text + head, !start.IsText, "_text +"),
            new(code.Range.End, $"{code.Place}: the end of \"{code.Name}\"", From: from),
            new(data.Range.Start, $"{data.Place}: the start of \"Kernel data\"", From: behind),
            Bss(data, rules, symbols),
            new(end, $"{data.Place}: the end of \"Kernel data\"", From: behind));
    }

    // The resource begins at _text since 6.17 (5973a62efa34), which 6.12 has as a backport; before, at _stext. In a
    // version that may have the backport or not, only symbols decide, and the address of the image says what is likely.
    private static (bool IsText, string Why, string? Advice) FirstIsText(
        NamedRange code, KernelRules rules, KernelSymbols? symbols)
    {
        if (symbols?.Distance(KernelSymbols.Text, KernelSymbols.InitBegin) == code.Range.Length)
            return (true, $"as long as _text to __init_begin in {symbols!.File}", null);
        if (symbols?.Distance(KernelSymbols.Stext, KernelSymbols.InitBegin) == code.Range.Length)
            return (false, $"as long as _stext to __init_begin in {symbols!.File}", null);
        if (rules.RodataOnIsFull || rules.CapabilityDescription is not null)
            return (rules.AliasFromText, $"as Linux {rules.Version} has it", null);
        if (new PhysicalAddress(code.Range.Start.Value - HeadBytes).IsAligned(BootAlign))
            return (false, "64K before it is a multiple of 2M, where boot loaders place an image", SymbolAdvice);
        return code.Range.Start.IsAligned(BootAlign)
            ? (true, "it is a multiple of 2M, where boot loaders place an image", SymbolAdvice)
            : (rules.AliasFromText, $"as Linux {rules.Version} has it without backports", SymbolAdvice);
    }

    private static Chosen<PhysicalAddress> Bss(NamedRange data, KernelRules rules, KernelSymbols? symbols)
    {
        var end = data.Range.End;
        if (symbols?.Distance(KernelSymbols.BssStop, KernelSymbols.End) is { } rest && rest < end.Value)
            return new(new(end.Value - rest), $"{symbols.File}: _end - __bss_stop is 0x{rest:x}",
                From: symbols.PlaceOf(KernelSymbols.BssStop));
        return rules.DataAlias == AliasPermission.Writable
            ? new(end, "No file gives it, so _end, which is a little above it; no rule of this version uses it")
            : new(end, "no file has __bss_stop, so _end, which is a little above it", SymbolAdvice);
    }

    private static ImageChoice Somewhere(Chosen<MemoryLayout> memory, KernelSymbols? symbols)
    {
        var complete = symbols is { IsComplete: true } ? symbols : null;
        ulong[] offsets = complete is null ? [0, HeadBytes, 0x219_0000, 0x252_0000, 0x2a9_a730, 0x2ab_0000]
            : [.. KernelSymbols.Names.Select(n => complete.Distance(KernelSymbols.Text, n)!.Value)];
        string size = complete?.File ?? "Debian's 6.18";
        var text = Room(memory, offsets[^1], complete?.PlaceOf(KernelSymbols.End));
        Chosen<PhysicalAddress> At(int index) => new(
            text + offsets[index], $"no file says where the image is, so near the start of memory; sizes as in {size}",
            "--iomem with /proc/iomem as root reads it",
            complete?.PlaceOf(KernelSymbols.Names[index]) ?? memory.From);
        return new(At(0), At(1), At(2), At(3), At(4), At(5));
    }

    // As QEMU does: 2M above the start of memory, where there is that much.
    private static PhysicalAddress Room(Chosen<MemoryLayout> memory, ulong size, FilePlace? sizeFrom)
    {
        var mapped = MemoryRange.Subtract(
            MemoryRange.Merge(memory.Value.Memory.Select(m => m.Range)), memory.Value.NoMap.Select(m => m.Range));
        foreach (ulong gap in (ulong[])[BootAlign, 0])
        {
            foreach (var range in mapped)
            {
                var text = range.Start.AlignUp(BootAlign) + gap;
                if (text + size <= range.End)
                    return text;
            }
        }

        throw (memory.From ?? sizeFrom ?? new("memory")).Error(
            $"expected {size >> 20}M of memory for the kernel image, found no such range");
    }
}

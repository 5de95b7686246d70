using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Audit.Cores;

/// <summary>
/// What a kernel says of its map in VMCOREINFO (arch_crash_save_vmcoreinfo() in arch/arm64/kernel/vmcore_info.c, and
/// kernel/vmcore_info.c).
/// </summary>
public sealed class VmcoreInfo
{
    // A 52-bit swapper_pg_dir of 64K pages, read as a 48-bit one: TTBR1_BADDR_4852_OFFSET.
    private const ulong WideRootOffset = ((1UL << 10) - (1UL << 6)) * 8;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private VmcoreInfo()
    {
    }

    /// <summary>The kernel's release, as uname -r prints it; null where the note does not say it.</summary>
    public string? Release => _values.GetValueOrDefault("OSRELEASE");

    /// <summary>The PA at PAGE_OFFSET, modulo 2^64.</summary>
    public ulong? PhysicalOffset => Number("NUMBER(PHYS_OFFSET)");

    /// <summary>
    /// PAGE_OFFSET of the kernel's configuration, which a 52-bit kernel keeps on hardware with 48 bits.
    /// </summary>
    public ulong PageOffset => ulong.MaxValue << (int)Math.Min(
        Number("NUMBER(VA_BITS)", decimalFirst: true) ?? (ulong)Regime().Geometry.VaBits, 63);

    /// <summary>The PA at the start of the upper half, modulo 2^64; null where the note does not say it.</summary>
    public ulong? LinearStart(TranslationGeometry geometry) => PhysicalOffset is { } offset
        && _values.ContainsKey("NUMBER(VA_BITS)")
            ? unchecked(geometry.UpperHalfStart.Value - PageOffset + offset) : null;

    /// <summary>Reads a note; a key that comes again keeps its first value.</summary>
    public static VmcoreInfo Parse(string text)
    {
        var info = new VmcoreInfo();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            int equals = line.IndexOf('=');
            if (equals > 0)
                info._values.TryAdd(line[..equals].Trim().ToString(), line[(equals + 1)..].Trim().ToString());
        }

        return info;
    }

    /// <summary>The kernel's root and geometry.</summary>
    /// <exception cref="DumpException">The note lacks a value, or its values contradict each other.</exception>
    public UpperRegime Regime()
    {
        ulong page = Require("PAGESIZE", decimalFirst: true);
        var granule = Granule.All.FirstOrDefault(g => g.PageSize == page) ?? throw new DumpException(
            Text($"VMCOREINFO: expected PAGESIZE 4096, 16384 or 65536, found {page}"));
        int vaBits = Number("NUMBER(TCR_EL1_T1SZ)") is { } t1sz ? 64 - (int)Math.Min(t1sz, 64)
            : (int)Math.Min(Require("NUMBER(VA_BITS)", decimalFirst: true), 64);
        if (!TranslationGeometry.VaSizes(granule).Contains(vaBits))
            throw new DumpException(string.Create(CultureInfo.InvariantCulture,
                $"VMCOREINFO: expected a VA size of {string.Join(", ", TranslationGeometry.VaSizes(granule))} bits "
                + $"with {granule} pages, found {vaBits}"));
        var geometry = TranslationGeometry.Create(granule, vaBits);
        ulong swapper = Require("SYMBOL(swapper_pg_dir)");
        ulong root = unchecked(swapper - Require("NUMBER(kimage_voffset)"));
        if (granule == Granule.K64 && vaBits == 48 && Number("NUMBER(VA_BITS)", decimalFirst: true) == 52)
            root += WideRootOffset;
        if (root >> geometry.PaBits != 0 || root % ((ulong)geometry.Entries(geometry.StartLevel) * 8) != 0)
            throw new DumpException(string.Create(CultureInfo.InvariantCulture,
                $"VMCOREINFO: expected swapper_pg_dir - kimage_voffset to be the physical address of a table, found "
                + $"0x{root:x}"));
        return new(geometry, new Ttbr(new PhysicalAddress(root)), geometry.PaBits);
    }

    private ulong Require(string key, bool decimalFirst = false) => Number(key, decimalFirst)
        ?? throw new DumpException(_values.TryGetValue(key, out string? found)
            ? $"VMCOREINFO: expected a number for {key}, found {found}"
            : $"VMCOREINFO: expected {key}=…, found none (--registers can give TTBR1_EL1 and TCR_EL1 instead)");

    // The kernel prints symbols in hexadecimal without a prefix, sizes in decimal, and the rest with 0x.
    private ulong? Number(string key, bool decimalFirst = false)
    {
        if (!_values.TryGetValue(key, out string? text))
            return null;
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(hex ? text[2..] : text,
            hex || !decimalFirst ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture,
            out ulong value) ? value : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Arm.Dumps;

/// <summary>How a CPU translates the upper half of its addresses at EL1, read from its system registers.</summary>
/// <param name="Geometry">From TCR_EL1: TG1, T1SZ, DS, IPS.</param>
/// <param name="Ttbr">TTBR1_EL1.</param>
/// <param name="PaBits">
/// The physical address size in bits: the smaller of TCR_EL1.IPS and ID_AA64MMFR0_EL1.PARange where both are known, and
/// never more than descriptors hold.
/// </param>
public sealed record UpperRegime(TranslationGeometry Geometry, Ttbr Ttbr, int PaBits)
{
    private const ulong HardwareDirty = 1UL << 40;

    /// <summary>
    /// Whether a CPU makes read-only leaves with DBM = 1 writable (TCR_EL1.HD); true where no register says that none
    /// does.
    /// </summary>
    public bool SetsDirty { get; init; } = true;

    /// <summary>The regime of the CPU with the lowest number.</summary>
    /// <exception cref="DumpException">
    /// A register is missing, or the registers describe no regime of VMSAv8-64 that Linux uses.
    /// </exception>
    public static UpperRegime Of(RegisterFile registers)
    {
        int cpu = registers.Cpus.FirstOrDefault();
        var (ttbr, ttbrLine) = registers.Require(cpu, "TTBR1_EL1");
        var (geometry, paBits) = GeometryOf(registers, cpu);
        var value = Ttbr.Of(ttbr, geometry.PaBits == 52);
        var root = value.RootAddress;
        ulong size = (ulong)geometry.Entries(geometry.StartLevel) * 8;
        if (!root.IsAligned(size))
            throw new DumpException(
                $"TTBR1_EL1: expected a table of {size} bytes at a multiple of its size, found {root}", ttbrLine);
        return new(geometry, value, Math.Min(paBits, geometry.PaBits))
        {
            SetsDirty = registers.Cpus.Any(c =>
                registers.Find(c, "TCR_EL1") is var (tcr, _) && (tcr & HardwareDirty) != 0),
        };
    }

    private static (TranslationGeometry Geometry, int PaBits) GeometryOf(RegisterFile registers, int cpu)
    {
        var (tcr, line) = registers.Require(cpu, "TCR_EL1");
        var granule = (tcr >> 30 & 3) switch
        {
            1 => Granule.K16,
            2 => Granule.K4,
            3 => Granule.K64,
            _ => throw new DumpException("TCR_EL1.TG1: expected 1 (16K), 2 (4K) or 3 (64K), found 0", line),
        };
        if ((tcr & WalkSwitch.UpperOff) != 0)
            throw new DumpException("TCR_EL1.EPD1: expected 0, found 1: nothing is translated through TTBR1_EL1", line);
        int vaBits = 64 - (int)(tcr >> 16 & 0x3f);
        if (!TranslationGeometry.VaSizes(granule).Contains(vaBits))
        {
            string sizes = string.Join(", ", TranslationGeometry.VaSizes(granule)
                .Select(v => (64 - v).ToString(CultureInfo.InvariantCulture)));
            throw new DumpException(string.Create(CultureInfo.InvariantCulture,
                $"TCR_EL1.T1SZ: expected one of {sizes} with {granule} pages, found {64 - vaBits}"), line);
        }

        int paSize = (int)(tcr >> 32 & 7);
        if (paSize > PhysicalSizes.Bits52)
            throw new DumpException("TCR_EL1.IPS: expected 0 to 6, found 7", line);
        // An IPS larger than what the CPU implements is read as what it implements.
        if (registers.Find(cpu, "ID_AA64MMFR0_EL1") is var (features, _))
            paSize = Math.Min(paSize, (int)(features & 0xf));
        bool ds = (tcr >> 59 & 1) != 0;
        if (vaBits == 52 && granule != Granule.K64 && !ds)
            throw new DumpException(
                $"TCR_EL1.DS: expected 1 for a 52-bit VA with {granule} pages (FEAT_LPA2), found 0", line);
        var geometry = TranslationGeometry.Create(granule, vaBits, granule == Granule.K64
            ? paSize == PhysicalSizes.Bits52 ? OutputAddressFormat.Lpa : OutputAddressFormat.Oa48
            : ds ? OutputAddressFormat.Lpa2 : OutputAddressFormat.Oa48);
        return (geometry, PhysicalSizes.All[paSize]);
    }
}

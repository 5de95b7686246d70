using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>
/// The two ranges that the repaint splits; the image alias between them keeps its blocks (linear_map_split_to_ptes).
/// </summary>
public enum RepaintRange
{
    /// <summary>[_PAGE_OFFSET(vabits_actual), lm_alias(_stext)).</summary>
    BelowText,

    /// <summary>[lm_alias(__init_begin), PAGE_END).</summary>
    AboveRodata,
}

/// <summary>Addresses [Start, End) of the linear map.</summary>
public readonly record struct LinearRange(VirtualAddress Start, VirtualAddress End)
{
    /// <summary>The addresses of a repaint range on a machine.</summary>
    public static LinearRange Of(RepaintRange range, MachineDescription machine)
    {
        var layout = LinearMapLayout.Of(machine);
        return range == RepaintRange.BelowText
            ? new(layout.PageOffset, layout.ToVirtual(machine.Image.Stext))
            : new(layout.ToVirtual(machine.Image.InitBegin), layout.PageEnd);
    }
}

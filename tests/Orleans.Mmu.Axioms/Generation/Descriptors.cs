using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Generation;

/// <summary>Descriptors of x: of its own page or z's, and valid or with what makes an access fault.</summary>
internal sealed class Descriptors(Dice dice, Extras extras)
{
    public PageDescriptor Any()
    {
        var descriptor = new PageDescriptor(dice.Percent(75) ? "x" : "z");
        return dice.Roll(6) switch
        {
            0 or 1 => descriptor,
            2 or 3 => descriptor with { Valid = false },
            4 => descriptor with { AccessFlag = false },
            _ => descriptor with { Writable = false, DirtyBitModifier = extras.HasFlag(Extras.HardwareUpdates) },
        };
    }

    public PageDescriptor Other(PageDescriptor than)
    {
        PageDescriptor result;
        do
            result = Any();
        while (result == than);
        return result;
    }
}

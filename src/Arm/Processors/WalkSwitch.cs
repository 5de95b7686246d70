namespace Orleans.Mmu.Arm.Processors;

/// <summary>
/// TCR_EL1.EPDn as a walker may see it: while it is 1, a TLB miss is a level 0 Translation fault and no walk begins at
/// TTBRn. After a write, both the old and the new value may be in effect until a context synchronization event.
/// </summary>
public sealed class WalkSwitch
{
    /// <summary>EPD0 in TCR_EL1: no walk begins at TTBR0.</summary>
    public const ulong LowerOff = 1UL << 7;

    /// <summary>EPD1 in TCR_EL1: no walk begins at TTBR1.</summary>
    public const ulong UpperOff = 1UL << 23;

    private bool _isNewestOff;

    /// <summary>Whether a walk may begin at the TTBR.</summary>
    public bool MayBegin { get; private set; } = true;

    /// <summary>Whether a TLB miss may fault for want of a walk.</summary>
    public bool MayFault { get; private set; }

    /// <summary>EPDn as it was written last.</summary>
    public bool IsOff => _isNewestOff;

    /// <summary>MSR TCR_EL1.</summary>
    /// <param name="isOff">EPDn as written.</param>
    public void Write(bool isOff)
    {
        _isNewestOff = isOff;
        MayBegin |= !isOff;
        MayFault |= isOff;
    }

    /// <summary>A context synchronization event: ISB, exception entry or return.</summary>
    public void Synchronize() => (MayBegin, MayFault) = (!_isNewestOff, _isNewestOff);
}

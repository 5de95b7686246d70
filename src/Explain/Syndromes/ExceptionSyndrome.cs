namespace Orleans.Mmu.Explain.Syndromes;

/// <summary>The value of ESR_ELx: EC in bits 31:26, IL in bit 25, ISS in 24:0 and ISS2 in 55:32.</summary>
public readonly record struct ExceptionSyndrome(ulong Bits)
{
    /// <summary>The exception class.</summary>
    public int Class => (int)(Bits >> 26 & 0x3f);

    /// <summary>Whether the instruction has 32 bits.</summary>
    public bool Is32Bit => (Bits >> 25 & 1) != 0;

    /// <summary>
    /// Whether IL says nothing about the instruction: EC 0, illegal execution state, instruction aborts, alignment of
    /// PC and SP, SError, debug exceptions except for BRK and BKPT, and data aborts without ISV always have 1
    /// (DDI0487, ESR_ELx.IL).
    /// </summary>
    public bool LengthIsFixed => Class is 0x00 or 0x0e or 0x20 or 0x21 or 0x22 or 0x26 or 0x2f
        or (>= 0x30 and <= 0x35) or 0x3a || (IsDataAbort && (Iss >> 24 & 1) == 0);

    /// <summary>The instruction specific syndrome.</summary>
    public uint Iss => (uint)(Bits & 0x1ffffff);

    /// <summary>More of the syndrome, in newer architectures.</summary>
    public uint Iss2 => (uint)(Bits >> 32 & 0xffffff);

    /// <summary>An instruction abort, from a lower exception level or from the current one.</summary>
    public bool IsInstructionAbort => Class is 0x20 or 0x21;

    /// <summary>A data abort, from a lower exception level or from the current one.</summary>
    public bool IsDataAbort => Class is 0x24 or 0x25;

    /// <summary>An abort that was taken from a lower exception level: for the kernel, from user space.</summary>
    public bool IsFromLower => Class is 0x20 or 0x24;

    /// <summary>An SError: an error that belongs to no instruction.</summary>
    public bool IsSError => Class is 0x2f;

    /// <summary>A data or instruction abort, which has a fault status.</summary>
    public bool IsAbort => IsInstructionAbort || IsDataAbort;

    /// <summary>DFSC or IFSC of an abort.</summary>
    public FaultStatus Fault => new((int)(Iss & 0x3f));

    /// <summary>WnR of a data abort: the access was a store, or a cache maintenance instruction.</summary>
    public bool IsWrite => IsDataAbort && (Iss >> 6 & 1) != 0;

    /// <summary>S1PTW: a stage 2 fault on a walk of stage 1.</summary>
    public bool OnWalkOfStage1 => IsAbort && (Iss >> 7 & 1) != 0;

    /// <summary>An abort that no walk of stage 1 met at stage 2: the tables of stage 1 explain it.</summary>
    public bool IsFaultOfStage1 => IsAbort && !OnWalkOfStage1;

    /// <summary>CM: the access was a cache maintenance or address translation instruction.</summary>
    public bool IsCacheMaintenance => IsDataAbort && (Iss >> 8 & 1) != 0;

    /// <summary>FnV: FAR_ELx does not hold the address.</summary>
    public bool AddressIsInvalid => IsAbort && (Iss >> 10 & 1) != 0;
}

using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>The value of a TTBR: a root table, an ASID and CnP.</summary>
public readonly record struct Ttbr(PhysicalAddress RootAddress, ushort Asid = 0, bool CommonNotPrivate = false)
{
    /// <summary>What the bits of the register say.</summary>
    /// <param name="hasLargeAddresses">
    /// Addresses have 52 bits: bits 5:2 hold bits 51:48 of the root's, and a table is aligned to at least 64 bytes.
    /// </param>
    public static Ttbr Of(ulong register, bool hasLargeAddresses) => new(
        new(hasLargeAddresses ? (register & 0x0000_ffff_ffff_ffc0) | (register >> 2 & 0xf) << 48
            : register & 0x0000_ffff_ffff_fffe),
        (ushort)(register >> 48), (register & 1) != 0);

    public override string ToString() =>
        $"{RootAddress}{(Asid != 0 ? $" asid {Asid}" : "")}{(CommonNotPrivate ? " CnP" : "")}";
}

/// <summary>
/// A TTBR register as a walker may see it: after a write, both the old and the new value may be used until a context
/// synchronization event leaves only the newest (R_DYDPX, I_RBMTM).
/// </summary>
public sealed class TtbrRegister(Ttbr initial)
{
    private readonly List<Ttbr> _possible = [initial];

    /// <summary>The value that a read of the register returns: the one written last.</summary>
    public Ttbr Value => _possible[^1];

    /// <summary>Every value that a walk may use, oldest first.</summary>
    public IReadOnlyList<Ttbr> Possible => _possible;

    /// <summary>Whether a walk may begin at a root.</summary>
    public bool MayBe(PhysicalAddress root)
    {
        foreach (var value in _possible)
        {
            if (value.RootAddress == root)
                return true;
        }

        return false;
    }

    /// <summary>MSR TTBRn_EL1.</summary>
    public void Write(Ttbr value)
    {
        if (_possible[^1] != value)
            _possible.Add(value);
    }

    /// <summary>A context synchronization event: ISB, exception entry or return.</summary>
    public void Synchronize()
    {
        if (_possible.Count > 1)
            _possible.RemoveRange(0, _possible.Count - 1);
    }
}

using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Linux.Machines;

/// <summary>A realm of the Arm Confidential Compute Architecture, as the kernel that runs in it sees it.</summary>
/// <param name="IpaBits">
/// The bits of a guest's physical address (rsi_realm_config.ipa_bits); the upper half of that space is shared with the
/// host.
/// </param>
public sealed record KernelRealm(int IpaBits)
{
    public const int MinIpaBits = 33;
    public const int MaxIpaBits = 48;

    /// <summary>The first version that runs in realms.</summary>
    public const string Since = "6.13";

    /// <summary>PROT_NS_SHARED: the address bit of memory that the host may see.</summary>
    public ulong SharedBit => 1UL << (IpaBits - 1);

    /// <summary>The end of the memory that is the realm's own.</summary>
    public PhysicalAddress End => new(SharedBit);
}

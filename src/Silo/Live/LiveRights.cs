using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Silo.Live;

/// <summary>What those may do who reach the live pages, beside looking.</summary>
/// <param name="MayBoot">
/// Whether a boot or a check may be started. A silo whose clients need certificates lets pages only look, since the
/// HTTP port asks for none.
/// </param>
internal sealed record LiveRights(bool MayBoot)
{
    /// <exception cref="RefusedException">Nothing may be started.</exception>
    public void Demand()
    {
        if (!MayBoot)
            throw new RefusedException("the pages of a silo with TLS start nothing: use mmu with a certificate");
    }
}

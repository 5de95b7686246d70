using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Options;
using Orleans.Runtime.Placement;

namespace Orleans.Mmu.Grains.Placement;

/// <summary>
/// The silo whose address and the machine's key hash highest together: every silo finds the same one without asking,
/// and when a silo leaves only its own machines move.
/// </summary>
public sealed class MachinePlacementDirector(IOptions<MmuOptions> options) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        uint key = Place(target.GrainIdentity.Key).GetUniformHashCode();
        return Task.FromResult(silos.MaxBy(silo => (Weight(key, silo), silo))
            ?? throw new SiloUnavailableException("no silo can hold a machine's grains"));
    }

    // A CPU's key is its machine's and its number.
    private IdSpan Place(IdSpan key)
    {
        if (options.Value.Placement == MachineSpread.Spread)
            return key;
        string text = key.ToString() ?? "";
        int slash = text.LastIndexOf('/');
        return slash < 0 ? key : IdSpan.Create(text[..slash]);
    }

    private static ulong Weight(uint key, SiloAddress silo)
    {
        ulong mixed = (((ulong)key << 32) | (uint)silo.GetConsistentHashCode()) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
        return mixed ^ (mixed >> 32);
    }
}

namespace Orleans.Mmu.Grains.Options;

/// <summary>Where the grains of one machine live.</summary>
public enum MachineSpread
{
    /// <summary>All on one silo, which the machine's key chooses: a run is calls inside one process.</summary>
    Together,

    /// <summary>Each CPU on the silo that its own key chooses: for machines that one silo cannot hold.</summary>
    Spread,
}

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>What became of a request to remove a machine.</summary>
[GenerateSerializer, Alias("mmu.Removal")]
public enum Removal
{
    /// <summary>Nothing of the machine is left.</summary>
    Removed,

    /// <summary>There is no machine of that key.</summary>
    Unknown,

    /// <summary>Its boot is under way, and the removal was not forced.</summary>
    UnderWay,
}

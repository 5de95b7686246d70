namespace Orleans.Mmu.Audit.Comparison;

/// <summary>What a machine file would have to say for the map to be its machine's.</summary>
/// <param name="Key">The key, such as "kernel.version".</param>
/// <param name="Value">The value as JSON; for "cpus", which CPUs they would be, in words.</param>
public sealed record MachineEdit(string Key, string Value)
{
    public override string ToString() => $"{Key} {Value}";
}

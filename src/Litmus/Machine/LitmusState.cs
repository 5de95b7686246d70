namespace Orleans.Mmu.Litmus.Machine;

/// <summary>A whole state of a litmus test; mutable.</summary>
internal sealed class LitmusState(LitmusMemory memory, LitmusCpu[] cpus)
{
    public LitmusMemory Memory { get; } = memory;

    public LitmusCpu[] Cpus { get; } = cpus;

    public LitmusState Copy() => new(Memory.Copy(), [.. Cpus.Select(c => c.Copy())]);
}

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// A whole state: memory and every CPU. Its parts are shared between states and replaced, never changed.
/// </summary>
internal sealed class WindowState(WindowMemory memory, WindowCpu[] cpus)
{
    public WindowMemory Memory { get; set; } = memory;

    public WindowCpu[] Cpus { get; } = cpus;

    /// <summary>A state of its own with the same parts.</summary>
    public WindowState Copy() => new(Memory, [.. Cpus]);

    /// <summary>A CPU of this state that may be changed.</summary>
    public WindowCpu Change(int cpu) => Cpus[cpu] = Cpus[cpu].Copy();
}

namespace Orleans.Mmu.Checking.Scripts;

/// <summary>A program of a <see cref="ProtocolScript"/>, by the CPUs that perform it.</summary>
public enum CpuProgram
{
    /// <summary>CPU 0's.</summary>
    BootCpu,

    /// <summary>That of every CPU without a program of its own.</summary>
    Secondaries,

    /// <summary>CPU 1's own.</summary>
    CpuOne,

    /// <summary>What every CPU performs when it takes an interrupt.</summary>
    Handler,
}

namespace Orleans.Mmu.Checking.Scripts;

/// <summary>The programs of which a mutant changes one.</summary>
public enum ProgramRole
{
    /// <summary>CPU 0's program.</summary>
    BootCpu,

    /// <summary>The program of every other CPU.</summary>
    Secondaries,

    /// <summary>What a CPU performs when it takes an interrupt.</summary>
    Handler,
}

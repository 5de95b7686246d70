namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Writes of TTBR that no ISB of their CPU has followed. A hypervisor makes them at EL2, where no walk of EL1 begins
/// (R_NRJPP), and may write VTTBR_EL2 next: then the tree is walked under the new VMID alone, and what the write breaks
/// under the old one does not happen.
/// </summary>
internal sealed class LintedWorldSwitch(LintFindings found)
{
    private const int MostOpen = 4096;

    private readonly record struct Write(int Cpu, IReadOnlyList<HeldFinding> Breaks, bool MayAbort);

    private readonly List<Write> _open = [];

    /// <summary>The number of writes after which a CPU may take a conflict abort.</summary>
    public long MayAbort { get; private set; }

    /// <summary>A register leads to a tree.</summary>
    /// <param name="breaks">What that breaks under the CPU's VMID.</param>
    /// <param name="mayAbort">The CPU may take a conflict abort.</param>
    /// <exception cref="LintLimitException">More writes have no ISB behind them than are kept.</exception>
    public void Add(int cpu, IReadOnlyList<HeldFinding> breaks, bool mayAbort)
    {
        if (breaks.Count == 0 && !mayAbort)
            return;
        if (_open.Count == MostOpen)
            throw new LintLimitException($"{MostOpen} writes of TTBR that break rules with no ISB behind them");
        _open.Add(new(cpu, breaks, mayAbort));
    }

    /// <summary>A CPU has got another VMID.</summary>
    public void ChangeVmid(int cpu) => _open.RemoveAll(w => w.Cpu == cpu);

    /// <summary>A CPU has an ISB, or stores: it walks under its VMID what its registers lead to.</summary>
    /// <param name="cpu">Null for every CPU, at the end of the trace.</param>
    public void Run(int? cpu)
    {
        // Every store asks, and nearly always there is nothing.
        if (_open.Count > 0)
            Count(cpu);
    }

    private void Count(int? cpu)
    {
        foreach (var write in _open.Where(w => cpu is null || w.Cpu == cpu))
        {
            MayAbort += write.MayAbort ? 1 : 0;
            foreach (var finding in write.Breaks)
                found.Count(finding);
        }

        _open.RemoveAll(w => cpu is null || w.Cpu == cpu);
    }
}

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// What writes of TTBR break, on CPUs that have written VTTBR_EL2. A hypervisor writes both at EL2, where no walk of
/// EL1 begins (R_NRJPP): then the tree is walked under the new VMID alone, and what the write breaks under the old one
/// does not happen. A guest writes TTBR itself.
/// </summary>
internal sealed class LintedWorldSwitch(LintFindings found)
{
    private const int MostOpen = 4096;

    private enum Stage : byte
    {
        // No ISB has followed the write of TTBR.
        Open,

        // An ISB has.
        Settled,

        // VTTBR_EL2 has another VMID since, with no ISB behind it.
        Withdrawn,

        // An ISB has followed.
        Switched,

        // TTBR leads elsewhere since: the write of VTTBR_EL2 may belong to this write of TTBR, or to the one before.
        Ambiguous,
    }

    private readonly record struct Write(
        int Cpu, CasemateRegister Register, IReadOnlyList<HeldFinding> Breaks, bool MayAbort, Stage Stage);

    private readonly List<Write> _open = [];

    /// <summary>The number of writes after which a CPU may take a conflict abort.</summary>
    public long MayAbort { get; private set; }

    /// <summary>A register leads to a tree.</summary>
    /// <param name="breaks">What that breaks under the CPU's VMID.</param>
    /// <param name="mayAbort">The CPU may take a conflict abort.</param>
    /// <exception cref="LintLimitException">More writes have no ISB behind them than are kept.</exception>
    public void Add(int cpu, CasemateRegister register, IReadOnlyList<HeldFinding> breaks, bool mayAbort)
    {
        if (breaks.Count == 0 && !mayAbort)
            return;
        if (_open.Count == MostOpen)
            Change(cpu, stage => stage == Stage.Settled, null);
        if (_open.Count == MostOpen)
            throw new LintLimitException($"{MostOpen} writes of TTBR that break rules with no ISB behind them");
        _open.Add(new(cpu, register, breaks, mayAbort, Stage.Open));
    }

    /// <summary>
    /// A CPU is about to write a TTBR of EL1. What the other one leads to with no ISB behind it stays as it is.
    /// </summary>
    /// <param name="isVmidCertain">No write of VTTBR_EL2 waits for an ISB.</param>
    public void Lead(int cpu, CasemateRegister register, bool isVmidCertain) => Change(
        cpu, stage => stage is Stage.Settled or Stage.Withdrawn or Stage.Ambiguous,
        stage => stage == Stage.Open && isVmidCertain ? Stage.Open
            : stage == Stage.Switched ? Stage.Ambiguous : null,
        other => other.Register != register && other.Stage == Stage.Open);

    /// <summary>A CPU has got another VMID.</summary>
    public void ChangeVmid(int cpu) => Change(
        cpu, null, stage => stage is Stage.Settled or Stage.Withdrawn ? Stage.Withdrawn : null);

    /// <summary>A CPU has an ISB.</summary>
    public void Isb(int cpu) => Change(cpu, null, stage => stage switch
    {
        Stage.Open => Stage.Settled,
        Stage.Withdrawn => Stage.Switched,
        _ => stage,
    });

    /// <summary>A CPU stores: it walks under its VMID what its registers lead to.</summary>
    /// <param name="cpu">Null for every CPU, at the end of the trace.</param>
    public void Run(int? cpu) => Change(
        cpu, stage => stage is Stage.Open or Stage.Settled or Stage.Ambiguous,
        stage => stage == Stage.Withdrawn ? Stage.Withdrawn : null);

    // What counts is reported; what has no next stage does not happen.
    private void Change(
        int? cpu, Predicate<Stage>? counts, Func<Stage, Stage?>? next, Predicate<Write>? stays = null)
    {
        // Every store asks, and nearly always there is nothing.
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            var write = _open[i];
            if ((cpu is not null && write.Cpu != cpu) || stays?.Invoke(write) == true)
                continue;
            if (counts?.Invoke(write.Stage) == true)
                Count(write);
            else if (next is null)
                continue;
            else if (next(write.Stage) is { } stage)
            {
                _open[i] = write with { Stage = stage };
                continue;
            }

            _open.RemoveAt(i);
        }
    }

    private void Count(in Write write)
    {
        MayAbort += write.MayAbort ? 1 : 0;
        foreach (var finding in write.Breaks)
            found.Count(finding);
    }
}

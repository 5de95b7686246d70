namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// What TCR_EL1 and MAIR say on each CPU. A CPU that has not written a register counts as holding the value that any
/// CPU wrote last, because a trace may record the registers of one CPU alone.
/// </summary>
internal sealed class LintedControls
{
    private sealed class Registers
    {
        public LintedTcr? Tcr { get; set; }

        public ulong? MairEl1 { get; set; }

        public ulong? MairEl2 { get; set; }
    }

    private readonly Dictionary<int, Registers> _cpus = [];
    private readonly Registers _last = new();

    /// <summary>The CPU of the event that is judged, whose registers are read.</summary>
    public int Cpu { get; set; }

    /// <summary>TCR_EL1 of the CPU.</summary>
    public LintedTcr Tcr => Own?.Tcr ?? _last.Tcr ?? LintedTcr.Unwritten;

    /// <summary>MAIR of a regime; null where the trace has not written it, and for stage 2, which has none.</summary>
    public ulong? MairOf(CasemateRegime regime) => regime switch
    {
        CasemateRegime.El1 => Own?.MairEl1 ?? _last.MairEl1,
        CasemateRegime.El2 => Own?.MairEl2 ?? _last.MairEl2,
        _ => null,
    };

    /// <summary>Whether a CPU has written TCR_EL1 itself.</summary>
    public bool HasTcr(int cpu) => _cpus.GetValueOrDefault(cpu)?.Tcr is not null;

    /// <summary>The CPU writes TCR_EL1.</summary>
    /// <returns>What the CPU wrote before; null if it had not.</returns>
    public LintedTcr? WriteTcr(ulong value)
    {
        var own = OwnToWrite();
        var before = own.Tcr;
        (own.Tcr, _last.Tcr) = (LintedTcr.Of(value), LintedTcr.Of(value));
        return before;
    }

    /// <summary>The CPU writes MAIR of a regime.</summary>
    /// <returns>What the CPU wrote before; null if it had not.</returns>
    public ulong? WriteMair(CasemateRegime regime, ulong value)
    {
        var own = OwnToWrite();
        ulong? before;
        if (regime == CasemateRegime.El2)
        {
            before = own.MairEl2;
            (own.MairEl2, _last.MairEl2) = (value, value);
        }
        else
        {
            before = own.MairEl1;
            (own.MairEl1, _last.MairEl1) = (value, value);
        }

        return before;
    }

    private Registers? Own => _cpus.GetValueOrDefault(Cpu);

    private Registers OwnToWrite()
    {
        if (!_cpus.TryGetValue(Cpu, out var own))
            _cpus[Cpu] = own = new();
        return own;
    }
}

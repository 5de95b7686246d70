namespace Orleans.Mmu.Traces.Lint;

/// <summary>How a CPU has left a tree of which it may still hold entries, and what it has done since.</summary>
/// <param name="register">The register that led to the tree last.</param>
/// <param name="leftAt">The event by which it leads to another tree, or to none.</param>
internal sealed class LintedDeparture(CasemateRegister register, LintedEvent leftAt)
{
    // The last TLBI that leaves entries, and the regime of the tree.
    private (LintedEvent At, LintedTlbi Operation, CasemateRegime Regime, ushort? Asid)? _nearest;

    public LintedEvent LeftAt => leftAt;

    /// <summary>The first ISB since then; null for none.</summary>
    public LintedEvent? IsbAt { get; set; }

    /// <summary>A TLBI for everything of a regime, a VMID or an ASID leaves entries of the tree.</summary>
    public void Leaves(LintedEvent at, in LintedTlbi operation, CasemateRegime regime, ushort? asid)
    {
        if (IsbAt is not null)
            _nearest = (at, operation, regime, asid);
    }

    /// <summary>The first missing step before the CPU holds nothing of the tree, as a clause.</summary>
    public string Missing(int cpu, CasemateRegime regime)
    {
        if (IsbAt is not { } isb)
            return $"no ISB of CPU {cpu} has followed event {leftAt}, by which {register.Name()} left it";
        string all = regime == CasemateRegime.Stage2 ? "of every VMID" : "for everything";
        return $"no TLBI {all} has followed the ISB of event {isb}" + Nearest();
    }

    private string Nearest() => _nearest is not var (at, operation, regime, asid) ? ""
        : $": the TLBI of event {at} " + (!operation.Reaches(regime) ? operation.NotReaching
            : asid is { } named ? $"names ASID {named} alone" : "names one VMID alone");
}

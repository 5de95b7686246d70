using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// What TCR of each regime and HCR_EL2 say on each CPU. A CPU that has not written a register counts as holding the
/// value that any CPU wrote last, because a trace may record the registers of one CPU alone.
/// </summary>
/// <param name="shortIds">The regimes whose IDs have 8 bits before the trace writes their TCR.</param>
internal sealed class LintedControls(IReadOnlySet<CasemateRegime> shortIds)
{
    private const ulong E2h = 1UL << 34;
    private const ulong Tge = 1UL << 27;
    private const ulong Host = E2h | Tge;

    private sealed class Registers
    {
        public Dictionary<CasemateRegime, ulong> Tcrs { get; } = [];

        public ulong? Hcr { get; set; }

        // E2H and TGE of the values before the current one that may count until an ISB.
        public HashSet<ulong> EarlierHosts { get; } = [];
    }

    private readonly Dictionary<int, Registers> _cpus = [];
    private readonly Registers _last = new();
    private readonly Dictionary<(CasemateRegime Regime, ulong Value, bool IsE2h), LintedTcr> _read = [];

    /// <summary>The CPU of the event that is judged, whose registers are read.</summary>
    public int Cpu { get; set; }

    /// <summary>
    /// HCR_EL2.E2H of the CPU: EL2 has two halves with ASIDs, and TCR_EL2 the fields of TCR_EL1. False where the trace
    /// does not write it.
    /// </summary>
    public bool IsE2h => (Hcr & E2h) != 0;

    /// <summary>
    /// HCR_EL2.E2H and TGE of the CPU: it runs a host at EL2 and EL0, and its TLBIs of EL1 are for EL2&amp;0.
    /// </summary>
    public bool IsHost => (Hcr & Host) == Host;

    /// <summary>Whether the trees of a regime have ASIDs: those of EL1, and with E2H those of EL2.</summary>
    public bool HasAsids(CasemateRegime regime) =>
        regime == CasemateRegime.El1 || (regime == CasemateRegime.El2 && IsE2h);

    /// <summary>TCR_EL1, TCR_EL2 or VTCR_EL2 of the CPU.</summary>
    public LintedTcr TcrOf(CasemateRegime regime) =>
        Own is { } own && own.Tcrs.TryGetValue(regime, out ulong value) ? Read(regime, value)
        : _last.Tcrs.TryGetValue(regime, out value) ? Read(regime, value)
        : shortIds.Contains(regime) ? LintedTcr.UnwrittenShort : LintedTcr.Unwritten;

    /// <summary>
    /// Whether no walk begins at a register of stage 1, whatever SCTLR says: EPDn is 1, or it is TTBR1_EL2 and E2H is
    /// 0. The CPU must have written TCR itself, because a parked CPU does not stand for the others.
    /// </summary>
    public bool EndsWalks(CasemateRegister register)
    {
        var regime = LintedRoots.RegimeOf(register);
        if (regime == CasemateRegime.El2 && !IsE2h)
            return register == CasemateRegister.Ttbr1El2 && HasHcr;
        ulong epd = LintedHalf.IsUpper(register) ? WalkSwitch.UpperOff : WalkSwitch.LowerOff;
        return Own is { } own && own.Tcrs.TryGetValue(regime, out ulong tcr) && (tcr & epd) != 0;
    }

    /// <summary>Whether any CPU has written HCR_EL2.</summary>
    public bool HasHcr => _last.Hcr is not null;

    /// <summary>Whether any CPU has written the TCR of a regime.</summary>
    public bool HasTcr(CasemateRegime regime) => _last.Tcrs.ContainsKey(regime);

    /// <summary>Whether a CPU has written the TCR of a regime itself.</summary>
    public bool HasTcr(CasemateRegime regime, int cpu) =>
        _cpus.GetValueOrDefault(cpu)?.Tcrs.ContainsKey(regime) == true;

    /// <summary>The CPU writes the TCR of a regime.</summary>
    /// <returns>What the CPU wrote before; null if it had not.</returns>
    public LintedTcr? WriteTcr(CasemateRegime regime, ulong value)
    {
        var own = OwnToWrite();
        LintedTcr? before = own.Tcrs.TryGetValue(regime, out ulong old) ? Read(regime, old) : null;
        own.Tcrs[regime] = _last.Tcrs[regime] = value;
        return before;
    }

    /// <summary>The CPU writes HCR_EL2.</summary>
    public void WriteHcr(ulong value)
    {
        var own = OwnToWrite();
        if ((own.Hcr ?? _last.Hcr) is { } before)
            own.EarlierHosts.Add(before & Host);
        own.Hcr = _last.Hcr = value;
    }

    /// <summary>The CPU has an ISB: no value of HCR_EL2 counts but the current one.</summary>
    public void Isb() => Own?.EarlierHosts.Clear();

    /// <summary>
    /// A TLBI of the CPU as HCR_EL2 directs it. Between a write of HCR_EL2 and the ISB the TLBI may follow either
    /// value, so it counts for what it reaches under both.
    /// </summary>
    public LintedTlbi Direct(in LintedTlbi named)
    {
        var directed = named.Under(IsE2h, IsHost);
        if (Own is not { EarlierHosts.Count: > 0 } own)
            return directed;
        foreach (ulong host in own.EarlierHosts)
            directed = directed.And(named.Under((host & E2h) != 0, host == Host)) with { IsBeforeIsb = true };
        return directed;
    }

    /// <summary>The register of a TLBI; if it names an ASID, TCR.AS says how many of its bits count.</summary>
    public ulong WithAsid(in LintedTlbi tlbi, ulong register)
    {
        // A host may write its TCR_EL2 by the name of TCR_EL1.
        var regime = tlbi.El2 && (!tlbi.El1 || HasTcr(CasemateRegime.El2)) ? CasemateRegime.El2 : CasemateRegime.El1;
        return tlbi.ByAsid ? TcrOf(regime).WithId(register) : register;
    }

    private ulong Hcr => Own?.Hcr ?? _last.Hcr ?? 0;

    private Registers? Own => _cpus.GetValueOrDefault(Cpu);

    private LintedTcr Read(CasemateRegime regime, ulong value)
    {
        if (!_read.TryGetValue((regime, value, IsE2h), out var tcr))
        {
            _read[(regime, value, IsE2h)] = tcr = regime switch
            {
                CasemateRegime.Stage2 => LintedTcr.OfStage2(value),
                CasemateRegime.El2 when !IsE2h => LintedTcr.OfOneHalf(value),
                _ => LintedTcr.OfTwoHalves(value),
            };
        }

        return tcr;
    }

    private Registers OwnToWrite()
    {
        if (!_cpus.TryGetValue(Cpu, out var own))
            _cpus[Cpu] = own = new();
        return own;
    }
}

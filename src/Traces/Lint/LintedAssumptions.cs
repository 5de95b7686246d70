namespace Orleans.Mmu.Traces.Lint;

/// <summary>What the linter assumes of the shape of trees, because the trace does not say it.</summary>
internal sealed class LintedAssumptions
{
    private readonly SortedSet<CasemateRegime> _led = [];
    private readonly HashSet<CasemateRegime> _hasLongIds = [];
    private readonly SortedSet<CasemateRegime> _sizes = [];
    private bool _isFirstLevelAssumed;

    /// <summary>Whether a register has led to a tree.</summary>
    public bool HasTree => _led.Count > 0;

    /// <summary>A register of a regime leads to a tree.</summary>
    /// <param name="value">The register.</param>
    /// <param name="tcr">The TCR by which the tree is read.</param>
    /// <param name="half">The half of it that the tree belongs to.</param>
    public void Lead(CasemateRegime regime, ulong value, LintedTcr tcr, LintedHalf half)
    {
        _led.Add(regime);
        if (value >> 56 != 0)
            _hasLongIds.Add(regime);
        if (half.IsSizeAssumed)
            _sizes.Add(regime);
        _isFirstLevelAssumed |= tcr.IsFirstLevelAssumed;
    }

    /// <summary>The assumptions, each as a clause.</summary>
    public IReadOnlyList<string> Of(LintedControls controls)
    {
        List<string> all = [];
        foreach (var regime in _led.Where(r => !controls.HasTcr(r)))
        {
            var (trees, register) = Names(regime);
            all.Add(
                $"4K pages and 48 bits of address for the trees of {trees}, since the trace does not write {register}");
            if (_hasLongIds.Contains(regime))
            {
                string id = regime == CasemateRegime.Stage2 ? "a VMID" : "an ASID";
                all.Add($"16 bits in {id} of {trees}, since the trace does not write {register}");
            }
        }

        foreach (var regime in _sizes)
        {
            var (trees, register) = Names(regime);
            all.Add(
                $"the nearest size for trees of {trees}, since a size field of {register} is none of their granule");
        }

        if (_isFirstLevelAssumed)
            all.Add("the first level of stage 2 by VTCR_EL2.T0SZ, since its SL0 names no level of that size");
        return all;

        static (string Trees, string Register) Names(CasemateRegime regime) => regime switch
        {
            CasemateRegime.El1 => ("EL1", "TCR_EL1"),
            CasemateRegime.El2 => ("EL2", "TCR_EL2"),
            _ => ("stage 2", "VTCR_EL2"),
        };
    }
}

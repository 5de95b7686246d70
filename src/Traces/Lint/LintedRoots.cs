namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The trees that registers point to, with the regime and the VMID of each, and the trees that each CPU's registers
/// lead to.
/// </summary>
internal sealed class LintedRoots
{
    private sealed class Root(ulong address, ulong id)
    {
        public ulong Address { get; } = address;

        public ulong Id { get; } = id;

        public int Users { get; set; }
    }

    private readonly Dictionary<(CasemateRegime, ulong), Root> _byAddress = [];
    private readonly Dictionary<(CasemateRegime, ulong), Root> _byId = [];
    private readonly SortedDictionary<int, Dictionary<CasemateRegister, Root>> _current = [];

    /// <summary>The root's address in a register; CnP is bit 0, the VMID or ASID above bit 48.</summary>
    /// <param name="large">Bits 5:2 hold bits 51:48 of the address (FEAT_LPA, FEAT_LPA2).</param>
    public static ulong AddressOf(ulong value, bool large) => large
        ? (value & 0x0000_ffff_ffff_ffc0) | (value >> 2 & 0xf) << 48 : value & 0x0000_ffff_ffff_fffe;

    /// <summary>The regime of the tables that a register leads to.</summary>
    public static CasemateRegime RegimeOf(CasemateRegister register) => register switch
    {
        CasemateRegister.Ttbr0El2 or CasemateRegister.Ttbr1El2 => CasemateRegime.El2,
        CasemateRegister.VttbrEl2 => CasemateRegime.Stage2,
        _ => CasemateRegime.El1,
    };

    /// <summary>A CPU writes a register that leads to tables.</summary>
    /// <param name="controls">How registers are read.</param>
    /// <returns>The regime and the address of a new root; null for a known one.</returns>
    public (CasemateRegime Regime, ulong Address)? Write(
        CasemateRegister register, ulong value, int cpu, LintedControls controls)
    {
        var regime = RegimeOf(register);
        ulong address = AddressOf(value, controls.TcrOf(regime).LargeAddresses);
        ulong id = value >> 48;
        // A root serves every ASID, so its address identifies it.
        bool hasAsids = regime == CasemateRegime.El1 || register == CasemateRegister.Ttbr1El2
            || (regime == CasemateRegime.El2 && controls.IsE2h);
        if (hasAsids)
            id = address;
        if (regime == CasemateRegime.El2 && id != 0 && !hasAsids)
            throw new LintException($"TTBR0_EL2 ASID is reserved 0: found {id}");
        var known = _byAddress.GetValueOrDefault((regime, address));
        if (known is not null && known.Id != id && !hasAsids)
        {
            throw new LintException(
                $"root already associated with an (VM/AS)ID: 0x{address:x} has {known.Id}, now {id}", address);
        }

        bool isNew = known is null;
        if (known is null)
        {
            if (_byId.TryGetValue((regime, id), out var other))
            {
                throw new LintException(
                    $"duplicate (VM/AS)ID: {id} is that of 0x{other.Address:x}, now of 0x{address:x}: "
                    + "entries of both would answer for it", other.Address);
            }

            known = new Root(address, id);
            _byAddress[(regime, address)] = known;
            _byId[(regime, id)] = known;
        }

        if (!_current.TryGetValue(cpu, out var registers))
            _current[cpu] = registers = [];
        if (registers.TryGetValue(register, out var before))
            before.Users--;
        registers[register] = known;
        known.Users++;
        return isNew ? (regime, address) : null;
    }

    /// <summary>Whether a CPU's current VMID is that of a tree.</summary>
    public bool IsCurrentVmid(IReadOnlyList<ulong> roots, int cpu) =>
        _current.TryGetValue(cpu, out var registers)
        && registers.TryGetValue(CasemateRegister.VttbrEl2, out var current) && roots.Contains(current.Address);

    public bool IsRoot(LintedPage page) => _byAddress.ContainsKey((page.Regime, page.Address));

    /// <summary>The kernel frees a tree; no CPU may walk it.</summary>
    public void Release(LintedPage page)
    {
        var root = _byAddress[(page.Regime, page.Address)];
        if (root.Users > 0)
        {
            throw new LintException(
                $"cannot release table still in use: a CPU's register leads to 0x{page.Address:x}", page.Address);
        }

        _byAddress.Remove((page.Regime, page.Address));
        _byId.Remove((page.Regime, root.Id));
    }
}

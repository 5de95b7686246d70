namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The trees that registers point to, with the regime and the VMID of each, and the trees that each CPU's registers
/// lead to.
/// </summary>
internal sealed class LintedRoots
{
    private sealed class Root(ulong address)
    {
        public ulong Address { get; } = address;

        // Null once no CPU holds the tree and another has its ID.
        public ulong? Id { get; set; }

        public int Users { get; set; }
    }

    private readonly Dictionary<(CasemateRegime, ulong), Root> _byAddress = [];
    private readonly Dictionary<(CasemateRegime, ulong), Root> _byId = [];
    private readonly SortedDictionary<int, Dictionary<CasemateRegister, Root>> _current = [];

    // Roots that were released with valid entries, by the ID that they had.
    private readonly Dictionary<(CasemateRegime, ulong), HashSet<ulong>> _released = [];

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
    /// <param name="answering">
    /// A CPU that may hold entries of a root's tree. While none does, the tree may get another ID, and another its ID.
    /// </param>
    /// <returns>The regime and the address of a new root; null for a known one.</returns>
    public (CasemateRegime Regime, ulong Address)? Write(
        CasemateRegister register, ulong value, int cpu, LintedControls controls, Func<ulong, int?> answering)
    {
        var regime = RegimeOf(register);
        ulong address = AddressOf(value, controls.TcrOf(regime).LargeAddresses);
        ulong id = value >> 48;
        // A root serves every ASID, so its address identifies it.
        bool hasAsids = register == CasemateRegister.Ttbr1El2 || controls.HasAsids(regime);
        if (hasAsids)
            id = address;
        if (regime == CasemateRegime.El2 && id != 0 && !hasAsids)
            throw new LintException($"TTBR0_EL2 ASID is reserved 0: found {id}");
        var known = _byAddress.GetValueOrDefault((regime, address));
        if (known is { Id: { } old } && old != id && !hasAsids)
        {
            if (answering(address) is not null)
            {
                throw new LintException(
                    $"root already associated with an (VM/AS)ID: 0x{address:x} has {old}, now {id}", address);
            }

            _byId.Remove((regime, old));
            known.Id = null;
        }

        bool isNew = known is null;
        if (known is null)
        {
            known = _byAddress[(regime, address)] = new Root(address);
            foreach (var released in _released.Values)
                released.Remove(address);
        }

        if (known.Id is null)
            GiveId(known, regime, id, answering);

        if (!_current.TryGetValue(cpu, out var registers))
            _current[cpu] = registers = [];
        if (registers.TryGetValue(register, out var before))
            before.Users--;
        registers[register] = known;
        known.Users++;
        return isNew ? (regime, address) : null;
    }

    private void GiveId(Root root, CasemateRegime regime, ulong id, Func<ulong, int?> answering)
    {
        if (_byId.TryGetValue((regime, id), out var other))
        {
            if (answering(other.Address) is not null)
            {
                throw new LintException(
                    $"duplicate (VM/AS)ID: {id} is that of 0x{other.Address:x}, now of 0x{root.Address:x}: "
                    + "entries of both would answer for it", other.Address);
            }

            other.Id = null;
        }

        foreach (ulong released in _released.GetValueOrDefault((regime, id)) ?? [])
        {
            if (answering(released) is { } cpu)
            {
                throw new LintException(
                    $"VMID reused without a TLBI: {id} was that of the tree at 0x{released:x}, which was released with "
                    + $"valid descriptors, and CPU {cpu} may still have entries of it cached, which would answer for "
                    + $"the tree at 0x{root.Address:x} (R_NWYRD)", root.Address);
            }
        }

        root.Id = id;
        _byId[(regime, id)] = root;
    }

    public bool IsRoot(LintedPage page) => _byAddress.ContainsKey((page.Regime, page.Address));

    /// <summary>The kernel frees a tree; no CPU may walk it.</summary>
    /// <param name="isPopulated">Whether its root has a valid descriptor.</param>
    public void Release(LintedPage page, bool isPopulated)
    {
        var root = _byAddress[(page.Regime, page.Address)];
        if (root.Users > 0)
        {
            throw new LintException(
                $"cannot release table still in use: a CPU's register leads to 0x{page.Address:x}", page.Address);
        }

        _byAddress.Remove((page.Regime, page.Address));
        if (root.Id is not { } id)
            return;
        _byId.Remove((page.Regime, id));
        if (!isPopulated || page.Regime != CasemateRegime.Stage2)
            return;
        if (!_released.TryGetValue((page.Regime, id), out var released))
            _released[(page.Regime, id)] = released = [];
        released.Add(page.Address);
    }
}

using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The trees that registers point to, with the regime and the VMID of each, and the trees that each CPU's registers
/// lead to.
/// </summary>
internal sealed class LintedRoots(LintFindings found)
{
    private sealed class Root(ulong address)
    {
        public ulong Address { get; } = address;

        // The VMID of a tree of stage 2; the address of a root with ASIDs, since it serves every ASID; 0 for the one
        // root of EL2 without ASIDs. Null once no CPU holds the tree and another has its ID.
        public ulong? Id { get; set; }

        public int Users { get; set; }
    }

    private readonly Dictionary<(CasemateRegime, ulong), Root> _byAddress = [];
    private readonly Dictionary<(CasemateRegime, ulong), Root> _byId = [];
    private readonly SortedDictionary<int, Dictionary<CasemateRegister, Root>> _current = [];

    // The last tree of each ID that was released with valid entries.
    private readonly Dictionary<(CasemateRegime, ulong), HeldTree> _released = [];
    private int _releases;

    /// <summary>The root's address in a register; CnP is bit 0, the VMID or ASID above bit 48.</summary>
    /// <param name="large">Bits 5:2 hold bits 51:48 of the address (FEAT_LPA, FEAT_LPA2).</param>
    public static ulong AddressOf(ulong value, bool large) => Ttbr.Of(value, large).RootAddress.Value;

    /// <summary>The regime of the tables that a register leads to.</summary>
    public static CasemateRegime RegimeOf(CasemateRegister register) => register switch
    {
        CasemateRegister.Ttbr0El2 or CasemateRegister.Ttbr1El2 => CasemateRegime.El2,
        CasemateRegister.VttbrEl2 => CasemateRegime.Stage2,
        _ => CasemateRegime.El1,
    };

    /// <summary>A CPU writes a register that leads to tables.</summary>
    /// <param name="controls">How registers are read.</param>
    /// <param name="holders">
    /// The CPUs that may hold entries of a tree under its ID. While none does, the tree may get another ID, and another
    /// tree its ID.
    /// </param>
    /// <returns>The regime and the address of a new root; null for a known one.</returns>
    public (CasemateRegime Regime, ulong Address)? Write(
        CasemateRegister register, ulong value, int cpu, LintedControls controls, LintedHolders holders)
    {
        var regime = RegimeOf(register);
        var tcr = controls.TcrOf(regime);
        ulong address = AddressOf(value, tcr.LargeAddresses);
        ulong id = tcr.WithId(value) >> 48;
        bool hasAsids = register == CasemateRegister.Ttbr1El2 || controls.HasAsids(regime);
        if (hasAsids)
            id = address;
        if (regime == CasemateRegime.El2 && id != 0 && !hasAsids)
            found.Report($"TTBR0_EL2 ASID is reserved 0: found {id}");
        var known = _byAddress.GetValueOrDefault((regime, address));
        if (known is { Id: { } old } && old != id)
        {
            if (regime == CasemateRegime.Stage2 && holders.HolderOfVmid(address) is { } holder)
            {
                found.Report(
                    $"root already associated with an (VM/AS)ID: 0x{address:x} has {old}, now {id}, while CPU {holder} "
                    + $"may still have entries of the tree cached, since {holders[holder].MissingDrop(address)}",
                    address);
            }

            _byId.Remove((regime, old));
            known.Id = null;
        }

        bool isNew = known is null;
        known ??= _byAddress[(regime, address)] = new Root(address);
        if (known.Id is null)
            GiveId(known, regime, id, holders, tcr.HasShortIds);

        if (!_current.TryGetValue(cpu, out var registers))
            _current[cpu] = registers = [];
        if (registers.TryGetValue(register, out var before))
            before.Users--;
        registers[register] = known;
        known.Users++;
        return isNew ? (regime, address) : null;
    }

    private void GiveId(Root root, CasemateRegime regime, ulong id, LintedHolders holders, bool isShort)
    {
        if (_byId.TryGetValue((regime, id), out var other))
        {
            if (HolderOf(other.Address) is { } cpuOfOther)
            {
                found.Report(
                    $"duplicate (VM/AS)ID: {id}{(isShort ? " (8 bits, since VTCR_EL2.VS is 0)" : "")} is that of "
                    + $"0x{other.Address:x}, now of 0x{root.Address:x}: "
                    + $"entries of both would answer for it on CPU {cpuOfOther}, since "
                    + $"{holders[cpuOfOther].MissingDrop(other.Address)}; {Mend(regime)}", other.Address,
                    cpuOfOther);
            }

            other.Id = null;
        }

        if (_released.TryGetValue((regime, id), out var released) && HolderOf(released) is { } cpu)
        {
            string name = regime == CasemateRegime.Stage2 ? $"VMID reused without a TLBI: {id} was that of the tree"
                : "EL2 gets another root without a TLBI: TTBR0_EL2 has led to the tree";
            found.Report(
                $"{name} at 0x{released.Root:x}, which was released with valid descriptors, and CPU {cpu} may still "
                + $"have entries of it cached, which would answer for the tree at 0x{root.Address:x}, since "
                + $"{holders[cpu].MissingDrop(released)} (R_NWYRD); {Mend(regime)}", released, cpu);
        }

        _released.Remove((regime, id));
        root.Id = id;
        _byId[(regime, id)] = root;

        int? HolderOf(HeldTree tree) =>
            regime == CasemateRegime.Stage2 ? holders.HolderOfVmid(tree) : holders.HolderOf(tree);
    }

    private static string Mend(CasemateRegime regime) => regime == CasemateRegime.Stage2
        ? "another tree gets a VMID after an ISB, ALLE1 or ALLE1IS, and a DSB"
        : "TTBR0_EL2 has no ASID, so it leads to another root after SCTLR_EL2.M is 0, an ISB, ALLE2, and a DSB";

    /// <summary>
    /// VMIDs turn out to have had 8 bits all along: the upper 8 are ignored. Where two trees have the same VMID then,
    /// the next write of VTTBR_EL2 says so.
    /// </summary>
    public void ShortenVmids()
    {
        foreach (var ((regime, id), root) in _byId.ToList())
        {
            if (regime != CasemateRegime.Stage2 || id <= byte.MaxValue)
                continue;
            _byId.Remove((regime, id));
            root.Id = _byId.TryAdd((regime, id & byte.MaxValue), root) ? id & byte.MaxValue : null;
        }
    }

    public bool IsRoot(LintedPage page) => _byAddress.ContainsKey((page.Regime, page.Address));

    /// <summary>A register leads to no tree any more.</summary>
    public void Leave(CasemateRegister register, int cpu)
    {
        if (_current.TryGetValue(cpu, out var registers) && registers.Remove(register, out var before))
            before.Users--;
    }

    /// <summary>The kernel frees a tree; no register may lead to it.</summary>
    /// <param name="isPopulated">Whether its root has a valid descriptor.</param>
    /// <returns>
    /// The tree as CPUs hold it from now on, so that the page may become another root, while the ID goes to no other
    /// tree before they have dropped it. Null for a tree of which a CPU can hold nothing.
    /// </returns>
    public HeldTree? Release(LintedPage page, bool isPopulated)
    {
        var root = _byAddress[(page.Regime, page.Address)];
        if (root.Users > 0)
        {
            var (cpu, register) = UserOf(root);
            found.Report(
                $"cannot release table still in use: {register.Name()} of CPU {cpu} leads to 0x{page.Address:x}",
                page.Address, cpu);
        }

        _byAddress.Remove((page.Regime, page.Address));
        if (root.Id is not { } id)
            return null;
        _byId.Remove((page.Regime, id));
        if (!isPopulated || page.HasAsids)
            return null;
        return _released[(page.Regime, id)] = new(page.Address, ++_releases);
    }

    private (int Cpu, CasemateRegister Register) UserOf(Root root) => (
        from cpu in _current
        from register in cpu.Value
        where register.Value == root
        select (cpu.Key, register.Key)).First();
}

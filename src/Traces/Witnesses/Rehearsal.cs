using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// The entries that the CPU may hold that fails by one violation, through the events of the trace: it walks the
/// addresses of the violation whenever their descriptors or its registers change, and loses what the trace's TLBIs
/// remove. A CPU that speculates may hold them all (R_SQBCS).
/// </summary>
internal sealed partial class Rehearsal(LintViolation violation, LintSpot spot, BbmLevel level, SeenMemory memory)
{
    private readonly HashSet<ulong> _path = [];
    private readonly List<PathStore> _stores = [];
    private readonly Dictionary<(int Issuer, bool Broadcast, bool NoXs), List<PerformedTlbi>> _pending = [];
    private HeldEntries _held = new();
    private readonly SeenVmid _vmid = new();
    private SeenRegisters? _registers;
    private ulong _event;
    private long _line;
    private bool _turns;
    private long? _unsettled;
    private int _tlbis;

    /// <summary>The violation.</summary>
    public LintViolation Violation => violation;

    /// <summary>The regime of the tree.</summary>
    public CasemateRegime Regime => spot.Regime;

    /// <summary>The register that leads to the tree of the addresses.</summary>
    public CasemateRegister Register => (Regime, First.IsUpperHalf) switch
    {
        (CasemateRegime.Stage2, _) => CasemateRegister.VttbrEl2,
        (CasemateRegime.El1, true) => CasemateRegister.Ttbr1El1,
        (CasemateRegime.El1, false) => CasemateRegister.Ttbr0El1,
        (_, true) => CasemateRegister.Ttbr1El2,
        _ => CasemateRegister.Ttbr0El2,
    };

    /// <summary>The registers by which the CPU walks.</summary>
    public SeenRegisters Registers => _registers ??= new(Register);

    /// <summary>What the walks have read so far.</summary>
    public IReadOnlyList<PathStore> Stores => _stores;

    /// <summary>The first address of the violation.</summary>
    public VirtualAddress First => AddressAt(0);

    /// <summary>The event happens.</summary>
    public ulong Event => _event;

    /// <summary>
    /// Why no two entries contradicted one another at the violation's event, while the CPU may lead to the tree later;
    /// null before.
    /// </summary>
    public LintWitness? NotYet { get; set; }

    /// <summary>Whether the event is the violation's, or a later one by which the CPU may walk otherwise.</summary>
    /// <param name="line">The line of the event.</param>
    public bool IsDue(long line) => line == violation.Line || (line > violation.Line && _turns);

    /// <summary>The number of TLBIs that were complete on the CPU.</summary>
    public int Tlbis => _tlbis;

    /// <summary>Whether walks have made an entry only since a register was written that no ISB follows.</summary>
    public bool IsSinceWrite(in HeldEntry entry) => _unsettled is { } line && SpanOf(entry).FirstLine >= line;

    /// <summary>The span of an entry that is held.</summary>
    public HeldSpan SpanOf(in HeldEntry entry) => _held.All[entry];

    /// <summary>How a walk makes an entry now; null where none does.</summary>
    public WalkReading? ReadingOf(in HeldEntry entry) => _held.ReadingOf(entry);

    /// <summary>Whether a store to an address may change what the CPU walks.</summary>
    public bool IsOnPath(ulong address) => _path.Contains(address);

    /// <summary>An event is about to happen.</summary>
    public void Begin(ulong happened, long line) => (_event, _line, _turns) = (happened, line, false);

    /// <summary>The last change of MAIR that counts for the CPU; null for none.</summary>
    public MairChange? LastMair { get; private set; }

    /// <summary>MAIR of the CPU.</summary>
    /// <param name="writer">The CPU that writes its own.</param>
    public void Mair(int writer, ulong value)
    {
        if (Registers.Mairs[^1] is { } before && before != value)
            LastMair = new(_event, writer, before, value);
        Registers.WriteMair(value);
        Turn();
    }

    /// <summary>The CPU has written a register by which it walks.</summary>
    public void Turn()
    {
        _turns = true;
        _unsettled ??= _line;
        Walk();
    }

    /// <summary>The CPU writes VTTBR_EL2.</summary>
    public void UseVmid(ushort vmid)
    {
        if (Regime != CasemateRegime.El1)
            return;
        if (_vmid.Write(vmid))
            _held.GiveVmid(vmid);
        Turn();
    }

    /// <summary>The CPU writes TTBR0 or TTBR1.</summary>
    public void Lead() => _vmid.Lead();

    /// <summary>An ISB of the CPU.</summary>
    public void Isb()
    {
        Registers.Isb();
        _vmid.Isb();
        Turn();
        _unsettled = null;
    }

    /// <summary>The CPU stores, so it runs under its VMID.</summary>
    public void Run()
    {
        if (_vmid.Run())
            Turn();
    }

    /// <summary>A store to a descriptor of the path.</summary>
    public void Store(int cpu, ulong address, ulong old, ulong value) =>
        _stores.Add(new(_event, _line, cpu, address, old, value, _tlbis));

    /// <summary>A TLBI of a CPU that reaches this one.</summary>
    public void Issue(PerformedTlbi tlbi)
    {
        var key = (tlbi.Cpu, tlbi.Tlbi.Broadcast, tlbi.Tlbi.NoXs);
        if (!_pending.TryGetValue(key, out var pending))
            _pending[key] = pending = [];
        pending.Add(tlbi);
    }

    /// <summary>The last TLBI that would remove an entry and that no DSB has completed; null for none.</summary>
    public PerformedTlbi? PendingOf(HeldEntry entry) => _pending.Values.SelectMany(p => p)
        .LastOrDefault(p => p.Left(entry, Regime, SpanOf(entry).Members) is not null);

    /// <summary>
    /// A DSB completes TLBIs. A walk before its end may still read what stores have replaced, and brings it back.
    /// </summary>
    public void Complete(int issuer, LintedDsb dsb)
    {
        if (_pending.Count == 0)
            return;
        _held.Settle(_event, _line);
        PerformedTlbi[] complete = [.. _pending.Where(p => p.Key.Issuer == issuer
            && dsb.Completes(p.Key.Broadcast, p.Key.NoXs)).SelectMany(p => p.Value)];
        if (complete.Length == 0)
            return;
        _tlbis += complete.Length;
        // TLBIs before one DSB take effect in any order, so a leaf of stage 2 may be combined between two of them.
        foreach (var tlbi in complete.OrderBy(p => !p.Tlbi.Combined))
            _held.Remove(tlbi, Regime, _event, _line, (_tlbis, _tlbis - complete.Length));
        foreach (var (key, pending) in _pending)
        {
            if (key.Issuer == issuer && dsb.Completes(key.Broadcast, key.NoXs))
                pending.Clear();
        }

        Walk(byDsb: true);
    }

    /// <summary>Stores may be seen that were not before.</summary>
    public void See()
    {
        if (_readsLate)
            Walk(byDsb: true);
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// The TLB of the CPU that fails by one violation, through the events of the trace: it walks the addresses of the
/// violation whenever their descriptors or its registers change, and loses what the trace's TLBIs remove. What it holds
/// is therefore what a CPU that speculates may hold (R_SQBCS).
/// </summary>
internal sealed partial class Rehearsal(LintViolation violation, LintSpot spot, BbmLevel level, SeenMemory memory)
{
    // Room for every entry of the addresses of one violation.
    private static readonly TlbGeometry Room = TlbGeometry.Create(512, 512);
    private static readonly Ttbr None = new(new(ulong.MaxValue << 16));

    private readonly HashSet<ulong> _path = [];
    private readonly List<PathStore> _stores = [];
    private readonly List<ulong> _walks = [];
    private readonly List<ushort?> _vmids = [];
    private readonly Dictionary<(int Issuer, bool Broadcast, bool NoXs), List<PerformedTlbi>> _pending = [];
    private TranslationGeometry? _geometry;
    private Processor? _processor;
    private ulong _event;
    private bool _isLast;
    private bool _leads;
    private int _tlbis;

    /// <summary>The level of the CPU.</summary>
    public BbmLevel Level => level;

    /// <summary>The violation.</summary>
    public LintViolation Violation => violation;

    /// <summary>The regime of the tree.</summary>
    public CasemateRegime Regime => spot.Regime;

    /// <summary>The register that leads to the tree of the addresses.</summary>
    public CasemateRegister Register => (Regime, First.IsUpperHalf) switch
    {
        (CasemateRegime.El1, true) => CasemateRegister.Ttbr1El1,
        (CasemateRegime.El1, false) => CasemateRegister.Ttbr0El1,
        (_, true) => CasemateRegister.Ttbr1El2,
        _ => CasemateRegister.Ttbr0El2,
    };

    /// <summary>What the walks have read so far.</summary>
    public IReadOnlyList<PathStore> Stores => _stores;

    /// <summary>The first address of the violation.</summary>
    public VirtualAddress First => AddressAt(0);

    /// <summary>Whether the CPU has led to a tree by the register.</summary>
    public bool HasLed { get; private set; }

    /// <summary>The event happens.</summary>
    public ulong Event => _event;

    /// <summary>
    /// Why no two entries contradicted one another at the violation's event, while the CPU may lead to the tree later;
    /// null before.
    /// </summary>
    public LintWitness? NotYet { get; set; }

    /// <summary>Whether the event is the violation's, or a later one by which the CPU leads to a tree.</summary>
    /// <param name="line">The line of the event.</param>
    public bool IsDue(long line) => line == violation.Line || (line > violation.Line && _leads);

    /// <summary>The trees have a size that the TLB's model does not have.</summary>
    public bool IsOtherSize { get; private set; }

    /// <summary>The geometry of the entries.</summary>
    public TranslationGeometry Geometry => _geometry!;

    /// <summary>The number of TLBIs that were complete on the CPU.</summary>
    public int Tlbis => _tlbis;

    /// <summary>The event behind which a walk was made.</summary>
    public ulong EventOfWalk(int source) => _walks[source];

    /// <summary>Whether a store to an address may change what the CPU walks.</summary>
    public bool IsOnPath(ulong address) => _path.Contains(address);

    /// <summary>The VMID of the CPU; null before it has written VTTBR_EL2.</summary>
    public ushort? Vmid { get; set; }

    private ushort? VmidOf(int walk) => _vmids[walk];

    /// <summary>An event is about to happen.</summary>
    /// <param name="line">Its line. From the violation's own event on, the walks are those of the caller.</param>
    public void Begin(ulong happened, long line) =>
        (_event, _isLast, _leads) = (happened, line >= violation.Line, false);

    /// <summary>The CPU's registers lead to a root, or none where walks are off.</summary>
    public void Lead(LintedHalf half, ulong? root, ushort asid)
    {
        if (_processor is null || half.Geometry.Granule != Geometry.Granule || half.Bits != Geometry.VaBits
            || half.Geometry.Format != Geometry.Format)
        {
            (_processor, _older) = (null, null);
            IsOtherSize = !TranslationGeometry.VaSizes(half.Geometry.Granule).Contains(half.Bits);
            if (IsOtherSize)
                return;
            _geometry = TranslationGeometry.Create(half.Geometry.Granule, half.Bits, half.Geometry.Format);
            _processor = new(_geometry, Room, level, None, None);
        }

        var register = _processor.TtbrFor(First);
        if (root is { } leads)
        {
            HasLed = _leads = true;
            register.Write(new(new(leads), asid));
        }
        else
        {
            register.Write(None);
            register.Synchronize();
        }

        Walk();
    }

    /// <summary>An ISB of the CPU.</summary>
    public void Isb()
    {
        _processor?.Isb();
        _earlierMair = null;
    }

    /// <summary>A store to a descriptor of the path.</summary>
    public void Store(int cpu, ulong address, ulong old, ulong value) =>
        _stores.Add(new(_event, cpu, address, old, value, _tlbis));

    /// <summary>A TLBI of a CPU that reaches this one.</summary>
    public void Issue(int issuer, in PerformedTlbi tlbi)
    {
        var key = (issuer, tlbi.Tlbi.Broadcast, tlbi.Tlbi.NoXs);
        if (!_pending.TryGetValue(key, out var pending))
            _pending[key] = pending = [];
        pending.Add(tlbi);
    }

    /// <summary>The TLBI that no DSB has completed; null for none.</summary>
    public PerformedTlbi? Pending => _pending.Values.SelectMany(p => p).Select(p => (PerformedTlbi?)p).LastOrDefault();

    /// <summary>
    /// A DSB completes TLBIs. A walk before its end may still read what stores have replaced, and brings it back.
    /// </summary>
    public void Complete(int issuer, LintedDsb dsb)
    {
        if (_pending.Count == 0)
            return;
        int removed = 0;
        foreach (var (key, pending) in _pending)
        {
            if (key.Issuer != issuer || !dsb.Completes(key.Broadcast, key.NoXs))
                continue;
            foreach (var tlbi in pending)
            {
                _tlbis++;
                removed += _processor is null ? 0 : tlbi.Perform(_processor.Tlb, Geometry, VmidOf);
                if (_older is not null)
                    tlbi.Perform(_older, Geometry, VmidOf);
            }

            pending.Clear();
        }

        if (removed > 0)
            Walk();
    }
}

using System.Globalization;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Protocols;

/// <summary>The steps of one CPU in the window of a trace, as protocol files spell them.</summary>
/// <param name="memory">The memory of the trace, in which a root without valid descriptors is the reserved one.</param>
/// <param name="hasBegun">A CPU has split something.</param>
internal sealed class TracedSteps(string file, LintedMemory memory, bool hasBegun)
{
    private const ulong Contiguous = 1UL << 52;

    private readonly List<string> _before = [];
    private readonly List<string> _after = [];
    private readonly SortedDictionary<string, long> _kinds = [];
    private bool _hasBegun = hasBegun;
    private bool _isInIdmap;
    private bool _wasInIdmap;

    /// <summary>The steps before the first store that splits.</summary>
    public IReadOnlyList<string> Before => _before;

    /// <summary>The steps behind the last one; between the two, a split has its own barriers.</summary>
    public IReadOnlyList<string> After => !_wasInIdmap ? _after
        : [.. _after, "# added: the size of addresses that user space has", "msr tcr_el1, default_t0sz", "isb"];

    /// <summary>How many stores of each kind there were.</summary>
    public string Kinds => string.Join(", ", _kinds.Select(k => string.Create(
        CultureInfo.InvariantCulture, $"{k.Key}: {k.Value}")));

    public bool IsEmpty => _before.Count + _after.Count == 0;

    /// <summary>Whether another CPU does the same.</summary>
    public bool IsLike(TracedSteps other) => _before.SequenceEqual(other._before) && _after.SequenceEqual(other._after);

    /// <summary>A CPU has made the first store that splits.</summary>
    public void SplitHasBegun() => _hasBegun = true;

    /// <summary>The CPU stores a descriptor.</summary>
    /// <returns>Whether the store changes something.</returns>
    public bool Store(in CasemateEvent store, int line)
    {
        ulong old = memory.Find(store.Address) is { } page
            ? page[(int)(store.Address >> 3) & (LintedPage.Words - 1)] : 0;
        if (old == store.Value)
            return false;
        string kind = (old & 1) == 0 ? "descriptors that become valid"
            : (old & 3) == 1 && (store.Value & 3) == 3 ? "blocks that become tables"
            : (old & ~store.Value) == Contiguous && (store.Value & ~old) == 0
            ? "descriptors that lose the Contiguous bit"
            : throw new InputException(
                file, line, "expected stores that split blocks and contiguous groups, found 0x"
                + string.Create(CultureInfo.InvariantCulture, $"{store.Address:x} changed from 0x{old:x} to ")
                + string.Create(CultureInfo.InvariantCulture, $"0x{store.Value:x}"));
        _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        // What stood behind the store before this one belongs to the split.
        _after.Clear();
        return true;
    }

    /// <summary>The CPU executes something else.</summary>
    /// <param name="place">The text of src.</param>
    /// <param name="splits">The CPU is the one that splits.</param>
    public void Add(in CasemateEvent happened, string? place, int line, bool splits)
    {
        if (Step(happened, line) is not { } step)
            return;
        var steps = _hasBegun ? _after : _before;
        if (!splits && IsLow(place) is { } isLow && isLow != _isInIdmap)
        {
            _isInIdmap = isLow;
            _wasInIdmap |= isLow;
            steps.AddRange(isLow
                ? ["# added: code of the identity map runs", "msr tcr_el1, idmap_t0sz", "isb",
                    "msr ttbr0_el1, idmap_pg_dir", "isb", "br wait_linear_map_split_to_ptes"]
                : ["# added: code of the kernel's map runs again", "ret"]);
        }

        steps.Add(step);
    }

    // Whether code runs at an address of the lower half; null where the trace gives no address of its code. A name is
    // that of a function of the kernel's map.
    private static bool? IsLow(string? place) => place is null ? null
        : place.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(place.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong address) && address >> 55 == 0;

    // Null for what a protocol has no step for and what is not needed: locks, hints, and DSBs that wait for less than
    // any of its steps.
    private string? Step(in CasemateEvent happened, int line) => happened.Kind switch
    {
        CasemateEventKind.Isb => "isb",
        CasemateEventKind.Dsb => happened.Dsb switch
        {
            { NoXs: true } => null,
            { Kind: DsbKind.Nsh } => "dsb nsh",
            { Kind: DsbKind.Ishst or DsbKind.Oshst or DsbKind.St } => "dsb ishst",
            { Kind: DsbKind.Ish or DsbKind.Osh or DsbKind.Sy } => "dsb ish",
            _ => null,
        },
        CasemateEventKind.Tlbi => happened.Tlbi is { El1: true, ByAddress: false, ByAsid: false, NoXs: false }
            ? happened.Tlbi.Broadcast ? "tlbi vmalle1is" : "tlbi vmalle1"
            : throw new InputException(
                file, line, "expected tlbi vmalle1 or vmalle1is in a repaint, found another TLBI"),
        CasemateEventKind.WriteRegister when happened.Register == CasemateRegister.Ttbr1El1 =>
            $"msr ttbr1_el1, {(IsReserved(happened.Value) ? "reserved_pg_dir" : "swapper_pg_dir")}",
        CasemateEventKind.WriteRegister when happened.Register == CasemateRegister.Ttbr0El1
            && IsReserved(happened.Value) => "msr ttbr0_el1, reserved_pg_dir",
        CasemateEventKind.WriteRegister when happened.Register == CasemateRegister.Ttbr0El1 =>
            throw new InputException(
                file, line, "expected TTBR0_EL1 with a root that has no valid descriptor, found another one"),
        _ => null,
    };

    private bool IsReserved(ulong ttbr)
    {
        if (memory.Find(LintedRoots.AddressOf(ttbr, large: false)) is not { } root)
            return true;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            if ((root[word] & 1) != 0)
                return false;
        }

        return true;
    }
}

using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The root tables that Linux's protocols switch between.</summary>
public enum RootName
{
    /// <summary>swapper_pg_dir: the kernel's own map.</summary>
    Swapper,

    /// <summary>reserved_pg_dir: no valid entry.</summary>
    Reserved,

    /// <summary>idmap_pg_dir: PA = VA for a page of code.</summary>
    Idmap,
}

/// <summary>
/// One step of a protocol, as a CPU performs it. The set is finite, and the text of a step names it: that is how
/// messages, traces and counterexamples write it.
/// </summary>
public abstract record Step
{
    private protected Step(string text) => Text = text;

    /// <summary>The step as an assembler or a kernel engineer would write it.</summary>
    public string Text { get; }

    /// <summary>Every step there is.</summary>
    public static IReadOnlyList<Step> All { get; } =
    [
        WriteTtbr0.To(RootName.Reserved), WriteTtbr0.To(RootName.Idmap), WriteTtbr0.To(RootName.Swapper),
        WriteTtbr1.To(RootName.Swapper), WriteTtbr1.To(RootName.Reserved), WriteTtbr1.To(RootName.Idmap),
        WriteTtbr1.ReservedWithCnp,
        SetT0sz.Idmap, SetT0sz.Default,
        Isb.Instance, Dsb.Nsh, Dsb.Ishst, Dsb.Ish,
        Tlbi.Local, Tlbi.Broadcast,
        EnterIdmap.Instance, LeaveIdmap.Instance, TouchStack.Instance,
        RaiseFlag.Instance, CountIn.Instance, AwaitAll.Instance, ClearFlag.Instance, AwaitRelease.Instance,
        SplitToPages.BelowText, SplitToPages.AboveRodata,
        Dmb.Ishst, AllocatorLock.Lock, AllocatorLock.Unlock, Stopped.Instance,
        .. Enum.GetValues<RepaintRange>().SelectMany(InRange),
    ];

    private static IEnumerable<Step> InRange(RepaintRange range) =>
    [
        FreeTable.Of(range),
        .. from word in Enum.GetValues<EntryWord>() from value in Enum.GetValues<EntryValue>() select WriteEntries.To(range, word, value),
        .. from cover in Enum.GetValues<EntryWord>() select TlbiRange.AllLevels(range, cover),
        .. from cover in Enum.GetValues<EntryWord>() select TlbiRange.LastLevel(range, cover),
        .. from cover in Enum.GetValues<EntryWord>() select TlbiRange.LocalLastLevel(range, cover),
    ];

    private static readonly Dictionary<string, Step> ByText = All.ToDictionary(s => s.Text);

    /// <summary>Reads back <see cref="Text"/>.</summary>
    public static bool TryParse(string text, out Step? step) => ByText.TryGetValue(text, out step);

    public sealed override string ToString() => Text;
}

/// <summary>The linker's names of the root tables.</summary>
public static class RootSymbol
{
    public static string Of(RootName root) => root switch
    {
        RootName.Swapper => "swapper_pg_dir",
        RootName.Reserved => "reserved_pg_dir",
        _ => "idmap_pg_dir",
    };
}

/// <summary>MSR TTBR0_EL1; in effect after the next ISB.</summary>
public sealed record WriteTtbr0 : Step
{
    private WriteTtbr0(RootName root) : base($"msr ttbr0_el1, {RootSymbol.Of(root)}") => Root = root;

    public RootName Root { get; }

    public static WriteTtbr0 To(RootName root) => new(root);
}

/// <summary>MSR TTBR1_EL1; in effect after the next ISB.</summary>
public sealed record WriteTtbr1 : Step
{
    private WriteTtbr1(RootName root, bool cnp = false) : base($"msr ttbr1_el1, {RootSymbol.Of(root)}{(cnp ? " | CnP" : "")}") =>
        (Root, CnpLeftSet) = (root, cnp);

    public RootName Root { get; }

    /// <summary>CnP stands where the root must not carry it.</summary>
    public bool CnpLeftSet { get; }

    /// <summary>The mistake that R_QLGWZ is about.</summary>
    public static WriteTtbr1 ReservedWithCnp { get; } = new(RootName.Reserved, cnp: true);

    public static WriteTtbr1 To(RootName root) => new(root);
}

/// <summary>MSR TCR_EL1 with the T0SZ of the idmap or of user space. The model's idmap has one size; the step keeps its place.</summary>
public sealed record SetT0sz : Step
{
    private SetT0sz(string text) : base(text)
    {
    }

    public static SetT0sz Idmap { get; } = new("msr tcr_el1, idmap_t0sz");

    public static SetT0sz Default { get; } = new("msr tcr_el1, default_t0sz");
}

/// <summary>ISB.</summary>
public sealed record Isb : Step
{
    private Isb() : base("isb")
    {
    }

    public static Isb Instance { get; } = new();
}

/// <summary>A DSB.</summary>
public sealed record Dsb : Step
{
    private Dsb(DsbKind kind, string text) : base(text) => Kind = kind;

    public DsbKind Kind { get; }

    public static Dsb Nsh { get; } = new(DsbKind.Nsh, "dsb nsh");

    public static Dsb Ishst { get; } = new(DsbKind.Ishst, "dsb ishst");

    public static Dsb Ish { get; } = new(DsbKind.Ish, "dsb ish");
}

/// <summary>A TLBI of everything, for this CPU or for all.</summary>
public sealed record Tlbi : Step
{
    private Tlbi(TlbiOperation operation) : base(operation.ToString()) => Operation = operation;

    public TlbiOperation Operation { get; }

    public static Tlbi Local { get; } = new(TlbiOperation.Vmalle1);

    public static Tlbi Broadcast { get; } = new(TlbiOperation.Vmalle1Is);
}

/// <summary>Branch to code that runs at its physical address, without a stack.</summary>
public sealed record EnterIdmap : Step
{
    private EnterIdmap() : base("br wait_linear_map_split_to_ptes")
    {
    }

    public static EnterIdmap Instance { get; } = new();
}

/// <summary>Return to kernel text.</summary>
public sealed record LeaveIdmap : Step
{
    private LeaveIdmap() : base("ret")
    {
    }

    public static LeaveIdmap Instance { get; } = new();
}

/// <summary>An explicit access to the CPU's stack, which lies in the linear map.</summary>
public sealed record TouchStack : Step
{
    private TouchStack() : base("ldr x0, [sp]")
    {
    }

    public static TouchStack Instance { get; } = new();
}

/// <summary>The boot CPU sets the flag to 1 (it counts itself) and orders that before stop_machine().</summary>
public sealed record RaiseFlag : Step
{
    private RaiseFlag() : base("flag = 1; smp_mb")
    {
    }

    public static RaiseFlag Instance { get; } = new();
}

/// <summary>A secondary adds 1 to the flag: it is where it cannot see the map.</summary>
public sealed record CountIn : Step
{
    private CountIn() : base("flag += 1")
    {
    }

    public static CountIn Instance { get; } = new();
}

/// <summary>The boot CPU waits until everyone has counted in.</summary>
public sealed record AwaitAll : Step
{
    private AwaitAll() : base("wait flag == num_online_cpus")
    {
    }

    public static AwaitAll Instance { get; } = new();
}

/// <summary>The boot CPU lets the others go.</summary>
public sealed record ClearFlag : Step
{
    private ClearFlag() : base("flag = 0")
    {
    }

    public static ClearFlag Instance { get; } = new();
}

/// <summary>A secondary waits (sevl; wfe; ldxr) until it may go.</summary>
public sealed record AwaitRelease : Step
{
    private AwaitRelease() : base("wfe until flag == 0")
    {
    }

    public static AwaitRelease Instance { get; } = new();
}

/// <summary>range_split_to_ptes() over one of the repaint's ranges: many descriptor stores, others may look between any two.</summary>
public sealed record SplitToPages : Step
{
    private SplitToPages(RepaintRange range, string text) : base(text) => Range = range;

    public RepaintRange Range { get; }

    public static SplitToPages BelowText { get; } = new(RepaintRange.BelowText, "split [PAGE_OFFSET, lm_alias(_stext))");

    public static SplitToPages AboveRodata { get; } = new(RepaintRange.AboveRodata, "split [lm_alias(__init_begin), PAGE_END)");

    /// <summary>
    /// What it does to one block: the table is filled and made visible before the store that links it (split_pmd), and
    /// leaving lazy MMU mode emits the barriers that set_pmd() had put off.
    /// </summary>
    public ImmutableArray<Step> OfOneBlock =>
    [
        WriteEntries.To(Range, EntryWord.AllPtes, EntryValue.Page), Dsb.Ishst, WriteEntries.To(Range, EntryWord.Pmd, EntryValue.Table),
        Dsb.Ishst, Isb.Instance,
    ];
}

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
/// One step of a protocol, as a CPU performs it. The set is closed: each record that derives from this one declares a
/// <see cref="StepKind"/>, and <see cref="StepRegistry"/> finds it there.
/// </summary>
public abstract record Step
{
    /// <param name="operand">
    /// The step's operand in <see cref="Code"/>; null for a kind of which there is one step.
    /// </param>
    private protected Step(StepKind kind, string? operand, string text) =>
        (Performers, Code, Text) = (kind.Performers, operand is null ? kind.Code : $"{kind.Code}:{operand}", text);

    /// <summary>The step as an assembler or a kernel engineer would write it. Reports and traces show it.</summary>
    public string Text { get; }

    /// <summary>
    /// The step as messages and saved files carry it: the code of its kind and, after a colon, its operand ("dsb:ish").
    /// A code keeps its meaning when <see cref="Text"/> is reworded.
    /// </summary>
    public string Code { get; }

    /// <summary>The roles that may perform the step.</summary>
    public StepPerformers Performers { get; private protected init; }

    /// <summary>Every step there is.</summary>
    public static IReadOnlyList<Step> All => StepRegistry.All;

    /// <summary>Reads back <see cref="Text"/>.</summary>
    public static bool TryParse(string text, out Step? step) => StepRegistry.TryParse(text, out step);

    /// <summary>Reads back <see cref="Code"/>.</summary>
    public static bool TryDecode(string code, out Step? step) => StepRegistry.TryDecode(code, out step);

    /// <summary>Whether a CPU of this role may perform the step.</summary>
    public bool MayBePerformedBy(Role role) =>
        (Performers & (role == Role.BootCpu ? StepPerformers.BootCpu : StepPerformers.Secondaries)) != 0;

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
    internal static StepKind Declaration { get; } = new("ttbr0", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [.. Enum.GetValues<RootName>().Select(To)];

    private WriteTtbr0(RootName root)
        : base(Declaration, StepOperands.Of(root), $"msr ttbr0_el1, {RootSymbol.Of(root)}") => Root = root;

    public RootName Root { get; }

    public static WriteTtbr0 To(RootName root) => new(root);
}

/// <summary>MSR TTBR1_EL1; in effect after the next ISB.</summary>
public sealed record WriteTtbr1 : Step
{
    internal static StepKind Declaration { get; } = new("ttbr1", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [.. Enum.GetValues<RootName>().Select(To), ReservedWithCnp];

    private WriteTtbr1(RootName root, bool cnp = false)
        : base(
            Declaration, StepOperands.Of(root) + (cnp ? "-cnp" : ""),
            $"msr ttbr1_el1, {RootSymbol.Of(root)}{(cnp ? " | CnP" : "")}") =>
        (Root, CnpLeftSet) = (root, cnp);

    public RootName Root { get; }

    /// <summary>CnP stands where the root must not carry it.</summary>
    public bool CnpLeftSet { get; }

    /// <summary>The mistake that R_QLGWZ is about.</summary>
    public static WriteTtbr1 ReservedWithCnp { get; } = new(RootName.Reserved, cnp: true);

    public static WriteTtbr1 To(RootName root) => new(root);
}

/// <summary>
/// MSR TCR_EL1 with the T0SZ of the idmap or of user space. The model's idmap has one size; the step keeps its place.
/// </summary>
public sealed record SetT0sz : Step
{
    internal static StepKind Declaration { get; } = new("t0sz", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [Idmap, Default];

    private SetT0sz(string operand) : base(Declaration, operand, $"msr tcr_el1, {operand}_t0sz")
    {
    }

    public static SetT0sz Idmap { get; } = new("idmap");

    public static SetT0sz Default { get; } = new("default");
}

/// <summary>ISB.</summary>
public sealed record Isb : Step
{
    internal static StepKind Declaration { get; } = new("isb", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [Instance];

    private Isb() : base(Declaration, null, "isb")
    {
    }

    public static Isb Instance { get; } = new();
}

/// <summary>A DSB.</summary>
public sealed record Dsb : Step
{
    internal static StepKind Declaration { get; } = new("dsb", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [Nsh, Ishst, Ish];

    private Dsb(DsbKind barrier, string operand) : base(Declaration, operand, $"dsb {operand}") => Kind = barrier;

    public DsbKind Kind { get; }

    public static Dsb Nsh { get; } = new(DsbKind.Nsh, "nsh");

    public static Dsb Ishst { get; } = new(DsbKind.Ishst, "ishst");

    public static Dsb Ish { get; } = new(DsbKind.Ish, "ish");
}

/// <summary>A TLBI of everything, for this CPU or for all.</summary>
public sealed record Tlbi : Step
{
    internal static StepKind Declaration { get; } = new("tlbi", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [Local, Broadcast];

    private Tlbi(TlbiOperation operation, string operand) : base(Declaration, operand, operation.ToString())
    {
        Operation = operation;
        if (operation.Broadcast)
            Performers = StepPerformers.BootCpu;
    }

    public TlbiOperation Operation { get; }

    public static Tlbi Local { get; } = new(TlbiOperation.Vmalle1, "vmalle1");

    public static Tlbi Broadcast { get; } = new(TlbiOperation.Vmalle1Is, "vmalle1is");
}

/// <summary>Branch to code that runs at its physical address, without a stack.</summary>
public sealed record EnterIdmap : Step
{
    internal static StepKind Declaration { get; } = new("enter-idmap", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [Instance];

    private EnterIdmap() : base(Declaration, null, "br wait_linear_map_split_to_ptes")
    {
    }

    public static EnterIdmap Instance { get; } = new();
}

/// <summary>Return to kernel text.</summary>
public sealed record LeaveIdmap : Step
{
    internal static StepKind Declaration { get; } = new("leave-idmap", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [Instance];

    private LeaveIdmap() : base(Declaration, null, "ret")
    {
    }

    public static LeaveIdmap Instance { get; } = new();
}

/// <summary>An explicit access to the CPU's stack, which lies in the linear map.</summary>
public sealed record TouchStack : Step
{
    internal static StepKind Declaration { get; } = new("touch-stack", StepPerformers.Any);

    internal static IReadOnlyList<Step> Every => [Instance];

    private TouchStack() : base(Declaration, null, "ldr x0, [sp]")
    {
    }

    public static TouchStack Instance { get; } = new();
}

/// <summary>The boot CPU sets the flag to 1 (it counts itself) and orders that before stop_machine().</summary>
public sealed record RaiseFlag : Step
{
    internal static StepKind Declaration { get; } = new("raise-flag", StepPerformers.BootCpu);

    internal static IReadOnlyList<Step> Every => [Instance];

    private RaiseFlag() : base(Declaration, null, "flag = 1; smp_mb")
    {
    }

    public static RaiseFlag Instance { get; } = new();
}

/// <summary>A secondary adds 1 to the flag to say that it cannot see the map any more.</summary>
public sealed record CountIn : Step
{
    internal static StepKind Declaration { get; } = new("count-in", StepPerformers.Secondaries);

    internal static IReadOnlyList<Step> Every => [Instance];

    private CountIn() : base(Declaration, null, "flag += 1")
    {
    }

    public static CountIn Instance { get; } = new();
}

/// <summary>The boot CPU waits until every secondary has counted in.</summary>
public sealed record AwaitAll : Step
{
    internal static StepKind Declaration { get; } = new("await-all", StepPerformers.BootCpu);

    internal static IReadOnlyList<Step> Every => [Instance];

    private AwaitAll() : base(Declaration, null, "wait flag == num_online_cpus")
    {
    }

    public static AwaitAll Instance { get; } = new();
}

/// <summary>The boot CPU releases the secondaries.</summary>
public sealed record ClearFlag : Step
{
    internal static StepKind Declaration { get; } = new("clear-flag", StepPerformers.BootCpu);

    internal static IReadOnlyList<Step> Every => [Instance];

    private ClearFlag() : base(Declaration, null, "flag = 0")
    {
    }

    public static ClearFlag Instance { get; } = new();
}

/// <summary>A secondary waits (sevl; wfe; ldxr) until the flag is 0.</summary>
public sealed record AwaitRelease : Step
{
    internal static StepKind Declaration { get; } = new("await-release", StepPerformers.Secondaries);

    internal static IReadOnlyList<Step> Every => [Instance];

    private AwaitRelease() : base(Declaration, null, "wfe until flag == 0")
    {
    }

    public static AwaitRelease Instance { get; } = new();
}

/// <summary>
/// range_split_to_ptes() over one of the repaint's ranges: many descriptor stores, others may look between any two.
/// </summary>
public sealed record SplitToPages : Step
{
    internal static StepKind Declaration { get; } = new("split", StepPerformers.BootCpu);

    internal static IReadOnlyList<Step> Every => [BelowText, AboveRodata];

    private SplitToPages(RepaintRange range, string text)
        : base(Declaration, StepOperands.Of(range), text) => Range = range;

    public RepaintRange Range { get; }

    public static SplitToPages BelowText { get; } =
        new(RepaintRange.BelowText, "split [PAGE_OFFSET, lm_alias(_stext))");

    public static SplitToPages AboveRodata { get; } =
        new(RepaintRange.AboveRodata, "split [lm_alias(__init_begin), PAGE_END)");

    public static SplitToPages Of(RepaintRange range) => range switch
    {
        RepaintRange.BelowText => BelowText,
        RepaintRange.AboveRodata => AboveRodata,
        _ => throw new ArgumentOutOfRangeException(nameof(range), range, "there is no such range"),
    };

    /// <summary>
    /// What it does to one block: the table is filled and made visible before the store that links it (split_pmd), and
    /// leaving lazy MMU mode emits the barriers that set_pmd() had put off.
    /// </summary>
    public ImmutableArray<Step> OfOneBlock =>
    [
        WriteEntries.To(Range, EntryWord.AllPtes, EntryValue.Page), Dsb.Ishst,
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.Table),
        Dsb.Ishst, Isb.Instance,
    ];
}

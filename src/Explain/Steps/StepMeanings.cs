using System.Collections.Immutable;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Explain.Barriers;
using Orleans.Mmu.Explain.Tlbis;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Explain.Steps;

/// <summary>What each kind of step does, in a sentence, and Arm's rules about it.</summary>
internal static class StepMeanings
{
    /// <exception cref="UnknownStepException">The step is of a kind that this program does not know.</exception>
    public static string Of(Step step) => step switch
    {
        Isb => "A context synchronization event: what the CPU has written to registers and invalidated with a " +
            "completed TLBI is in effect for its next instruction.",
        Dsb or Dmb => BarrierWords.Of(BarrierOf(step)),
        Tlbi or TlbiRange => TlbiWords.Of(TlbiOf(step)),
        WriteTtbr0 w => $"Makes {RootOf(w.Root)} the root of the lower half. Until the CPU's next ISB a walk may " +
            "begin at the old root or at the new one.",
        WriteTtbr1 { CnpLeftSet: true } => "Makes the reserved table the root of the upper half, with CnP left set: " +
            "the CPU goes on sharing TLB entries with CPUs on other tables, which CnP promises not to happen.",
        WriteTtbr1 { CnpCleared: true } => "Keeps the root and clears CnP: the CPU no longer uses what other CPUs " +
            "have cached.",
        WriteTtbr1 w => $"Makes {RootOf(w.Root)} the root of the upper half, which is the kernel's. Until the CPU's " +
            "next ISB a walk may begin at the old root or at the new one.",
        SetT0sz => "Sets the size of the lower half: the idmap's or that of user space.",
        SetWalks { IsOff: true } w => $"Sets EPD{w.Half}: after an ISB no walk begins at TTBR{w.Half}, and an " +
            "address of its half that the TLB does not translate faults at level 0. What is cached stays usable.",
        SetWalks w => $"Clears EPD{w.Half}: after an ISB walks begin at TTBR{w.Half} again.",
        EnterIdmap => "Goes on in code that is mapped at its physical address through TTBR0, without a stack.",
        LeaveIdmap => "Returns to kernel text, whose address TTBR1 translates.",
        TouchStack => "Loads from the stack. Where the linear map is out of reach the load faults.",
        AccessPage a => AccessOf(a),
        WriteEntries w => $"Stores {WriteEntriesValue(w)}. Walks may see it at once; it is certain to be seen after " +
            "a DSB of this CPU.",
        SplitToPages => "Replaces each block of the range by a table of pages that translate as the block did " +
            "(range_split_to_ptes()): fills the table, DSB ISHST, links it.",
        FreeTable => "Gives the table's page back to the allocator. Its next owner may store anything to it, so a " +
            "walk that still reaches it may find anything.",
        SkipUnless => "Loads a descriptor, its own unperformed stores included, and leaves the phase if it holds " +
            "something else.",
        RaiseFlag => "Sets the flag to 1, the boot CPU itself, and orders that before the other CPUs are stopped.",
        AwaitAll => "Waits until every CPU has counted in.",
        CountIn => "Adds 1 to the flag: this CPU is parked.",
        AwaitRelease => "Sleeps until the boot CPU clears the flag. What the boot CPU did before is ordered before.",
        ClearFlag => "Clears the flag, which releases the parked CPUs. The store waits in the store buffer as any.",
        SetWord w => $"Stores a number to {w.Name}, a word of the protocol's own.",
        AddToWord w => $"Adds 1 to {w.Name} atomically, visible at once.",
        AwaitWord w => $"Waits until {w.Name} has the value.",
        SkipUnlessWord w => $"Loads {w.Name} and leaves the phase if it has another value.",
        AllocatorLock { Take: true } or TableLock { Take: true } => "Takes the lock, or waits for it. An acquire.",
        AllocatorLock or TableLock => "Gives the lock back, once the CPU's earlier stores are performed.",
        Stopped => "stop_machine() reaches this CPU here, whatever it was doing.",
        SendIpi => "Makes the interrupt pending at every other CPU. It orders no memory.",
        MaskInterrupts { IsOn: true } => "Masks interrupts: a pending one waits.",
        MaskInterrupts => "Takes interrupts again.",
        _ => throw new UnknownStepException(step, nameof(StepMeanings)),
    };

    /// <summary>Labels of the rules that a reader of the step needs.</summary>
    public static ImmutableArray<string> Labels(Step step) => step switch
    {
        Isb => ["I_RBMTM", "I_WZCBG"],
        Dsb or Dmb => BarrierWords.Labels(BarrierOf(step)),
        Tlbi or TlbiRange => ["R_TGVWD", "R_YNJCP", "R_LXHLD", .. TlbiWords.Labels(TlbiOf(step))],
        WriteTtbr1 { CnpLeftSet: true } or WriteTtbr1 { CnpCleared: true } => ["R_QLGWZ", "I_RBMTM"],
        WriteTtbr0 or WriteTtbr1 => ["I_RBMTM", "R_DYDPX", "R_SQBCS"],
        SetWalks => ["I_RBMTM", "R_RVJDB"],
        WriteEntries or SplitToPages => ["R_TGRMW", "R_YKQTS", "R_WHZWS", "R_FVQCK"],
        FreeTable => ["R_RVJDB", "R_JXKNN"],
        AccessPage => ["R_SQBCS", "R_LXHLD"],
        _ => [],
    };

    private static BarrierForm BarrierOf(Step step) => BarrierForm.Find(step.Text)
        ?? throw new ArgumentException($"{step.Text} names no barrier", nameof(step));

    // The text of the steps is that of the instruction, with a place where the operand stands.
    private static TlbiForm TlbiOf(Step step) => TlbiForm.Find(step.Text["tlbi ".Length..].Split(',')[0])
        ?? throw new ArgumentException($"{step.Text} names no TLBI", nameof(step));

    private static string RootOf(RootTable root) => root switch
    {
        RootTable.Swapper => "swapper_pg_dir",
        RootTable.Reserved => "the reserved table, which maps nothing,",
        RootTable.Idmap => "the idmap",
        RootTable.Second => "root:B, a second populated root,",
        _ => throw new ArgumentOutOfRangeException(nameof(root), root, "no such root"),
    };

    private static string AccessOf(AccessPage access) => (access.Kind, access.Expected.Text) switch
    {
        (AccessKind.Load, "") => "Loads from the page. Nothing is expected of it, so it is not judged.",
        (_, "") => "Stores to the page. Nothing is expected of it, so it is not judged.",
        (AccessKind.Load, _) => "Loads from the page. Every translation that the CPU may use must meet what stands " +
            "behind the comma.",
        _ => "Stores to the page. Every translation that the CPU may use must meet what stands behind the comma.",
    };

    private static string WriteEntriesValue(WriteEntries write) => write.Value switch
    {
        EntryValue.None => "zero, so that nothing is mapped",
        EntryValue.Block or EntryValue.BlockNg or EntryValue.BlockNt => "a block of the level above pages",
        EntryValue.Table or EntryValue.SecondTable => "the descriptor of a table of pages",
        EntryValue.Page or EntryValue.ReadOnlyPage or EntryValue.ReadOnlyCopy or EntryValue.OtherReadOnlyPage
            or EntryValue.ContiguousPage => write.Word is EntryWord.AllPtes or EntryWord.SecondAllPtes
                ? "a page to every entry of the table, in any order" : "a page",
        _ => throw new ArgumentOutOfRangeException(nameof(write), write.Value, "no such value"),
    };
}

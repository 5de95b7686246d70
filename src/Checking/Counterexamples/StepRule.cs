using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Counterexamples;

/// <summary>The rule that says what a step does: Arm's label, or the Linux function it comes from.</summary>
internal static class StepRule
{
    public static string Of(Step step) => step switch
    {
        WriteTtbr0 or WriteTtbr1 => "R_DYDPX",
        SetT0sz => "cpu_set_idmap_tcr_t0sz",
        SetWalks => "TCR_EL1.EPDn",
        Isb => "I_RBMTM",
        Dsb { Kind: DsbKind.Ishst } => "R_SPVBD",
        Dsb => "R_YNJCP",
        Dmb => "R_SPVBD",
        Tlbi or TlbiRange => "R_TGVWD",
        EnterIdmap or LeaveIdmap or TouchStack or CountIn or AwaitRelease => "wait_linear_map_split_to_ptes",
        RaiseFlag or AwaitAll or ClearFlag => "linear_map_split_to_ptes",
        WriteEntries => "R_TGRMW",
        FreeTable => "free_hotplug_pgtable_page",
        AllocatorLock => "rmqueue",
        SetWord => "R_SPVBD",
        AddToWord => "atomic_inc",
        AccessPage => "program order",
        AwaitWord or SkipUnlessWord => "READ_ONCE",
        SendIpi => "gic_ipi_send_mask",
        MaskInterrupts { IsOn: true } => "local_irq_disable",
        MaskInterrupts => "local_irq_enable",
        TableLock or SkipUnless => "split_kernel_leaf_mapping",
        SplitToPages or Stopped => "stop_machine",
        _ => throw new UnknownStepException(step, nameof(StepRule)),
    };
}

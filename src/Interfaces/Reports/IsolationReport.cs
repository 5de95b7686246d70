namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>Kernel page-table isolation (KPTI) of a boot.</summary>
/// <param name="NotGlobal">Whether the kernel's leaves carry nG at the end of boot.</param>
/// <param name="Rewritten">
/// Descriptors that kpti_install_ng_mappings() stored; 0 where it had nothing to do.
/// </param>
/// <param name="Why">What became of the leaves and why, in a sentence.</param>
[GenerateSerializer, Immutable, Alias("mmu.IsolationReport")]
public sealed record IsolationReport(
    [property: Id(0)] bool NotGlobal, [property: Id(1)] long Rewritten, [property: Id(2)] string Why);

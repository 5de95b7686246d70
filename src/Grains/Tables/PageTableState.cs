using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>The tables as map_mem() painted them; written once, before any CPU sees them.</summary>
[GenerateSerializer, Alias("mmu.PageTableState")]
internal sealed class PageTableState
{
    [Id(0)]
    public MachineHandle? Machine { get; set; }

    [Id(1)]
    public bool ForcePages { get; set; }

    [Id(2)]
    public bool RequiresBbml2 { get; set; }
}

/// <summary>
/// The log of changes to the tables since. A change is persisted before any CPU sees the tables with it. A change takes
/// some twenty bytes, and each write repeats all of them.
/// </summary>
[GenerateSerializer, Alias("mmu.PageTableLog")]
internal sealed class PageTableLog
{
    [Id(0)]
    public List<LoggedChange> Changes { get; set; } = [];

    /// <summary>The newest epoch that the writer has heard of: smaller ones are refused.</summary>
    [Id(1)]
    public long Epoch { get; set; }
}

/// <summary>
/// A change in the order in which it was made: a part of a split, a kernel call, the rewrite to non-global leaves, or,
/// with none of them, the permissions that boot ends with.
/// </summary>
/// <param name="Call">Without the CPUs that its flush went to: they are the caller's to name again.</param>
/// <param name="IsRewrite">kpti_install_ng_mappings().</param>
[GenerateSerializer, Immutable, Alias("mmu.LoggedChange")]
internal sealed record LoggedChange(
    [property: Id(0)] SplitCommand? Split, [property: Id(1)] KernelCallCommand? Call,
    [property: Id(2)] bool IsRewrite = false);

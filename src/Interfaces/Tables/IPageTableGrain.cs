using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Interfaces.Tables;

/// <summary>
/// The one writer of a machine's tables; key "machine". Its turns are the kernel's pgtable_split_lock.
/// </summary>
[GrainInterfaceType("mmu.IPageTableGrain"), Alias("mmu.IPageTableGrain")]
public interface IPageTableGrain : IGrainWithStringKey
{
    /// <summary>map_mem(). A repeat returns the first answer.</summary>
    [Alias("Paint")]
    Task<TablesAnswer> Paint(
        MachineHandle machine, bool forcePages, bool requiresBbml2, CancellationToken cancellationToken);

    /// <summary>
    /// Tells the writer of an epoch that takes the run up; it is written down, and from then on smaller ones are
    /// refused.
    /// </summary>
    /// <returns>The version of the newest tables.</returns>
    /// <exception cref="Calls.EpochOverException">A later epoch was here before.</exception>
    [Alias("Claim")]
    Task<long> Claim(long epoch, CancellationToken cancellationToken);

    /// <summary>
    /// A part of range_split_to_ptes(). The sequence makes a repeat return the first answer, a late one do nothing.
    /// What the call changes is written at once: a crash leaves all of it or nothing.
    /// </summary>
    /// <exception cref="Calls.EpochOverException">A later epoch has taken the run up.</exception>
    [Alias("Split")]
    Task<SplitAnswer> Split(SplitCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// kpti_install_ng_mappings(): every leaf of the kernel's map becomes non-global. A repeat returns the first
    /// answer; its descriptors are those that were stored.
    /// </summary>
    /// <exception cref="Calls.EpochOverException">A later epoch has taken the boot up.</exception>
    [Alias("MakeNotGlobal")]
    Task<TablesAnswer> MakeNotGlobal(long epoch, CancellationToken cancellationToken);

    /// <summary>mark_linear_text_alias_ro() and mark_rodata_ro(): the permissions that boot ends with.</summary>
    /// <exception cref="Calls.EpochOverException">A later epoch has taken the boot up.</exception>
    [Alias("Protect")]
    Task<TablesAnswer> Protect(long epoch, CancellationToken cancellationToken);

    /// <summary>
    /// A kernel call after boot: the change is published, its flush broadcast, and the answer comes when every CPU has
    /// finished that. The sequence makes a repeat return the first answer. An answer may say that the call goes on:
    /// then the same call follows, with the next sequence, and no other one.
    /// </summary>
    [Alias("Call"), ResponseTimeout("00:30:00")]
    Task<KernelCallAnswer> Call(KernelCallCommand command, CancellationToken cancellationToken);

    /// <summary>Pages for CPUs to use, with what is promised of them by the calls that have returned.</summary>
    [Alias("PlanWork")]
    Task<WorkMessage> PlanWork(ulong seed, int count, CancellationToken cancellationToken);

    /// <summary>What the map consists of, and what is wrong with it by itself.</summary>
    [Alias("Inspect"), ResponseTimeout("00:30:00")]
    Task<TablesAnswer> Inspect(CancellationToken cancellationToken);

    /// <summary>The adversary's plan for a repaint of the tables as they are.</summary>
    [Alias("PlanSpeculation")]
    Task<SpeculationPlan> PlanSpeculation(ulong seed, CancellationToken cancellationToken);

    /// <summary>A published version; the last few are kept.</summary>
    /// <param name="version">0 asks for the newest, as storage has it now.</param>
    [Alias("GetTables"), AlwaysInterleave]
    Task<PublishedTables> GetTables(long version, CancellationToken cancellationToken);

    /// <summary>The machine whose tables these are.</summary>
    [Alias("GetMachine"), AlwaysInterleave]
    Task<MachineHandle> GetMachine(CancellationToken cancellationToken);
}

/// <summary>A version of the tables and what it consists of; or the panic that ended it.</summary>
/// <param name="Panic">The message of a kernel panic.</param>
/// <param name="Violations">What is wrong with the map by itself, whatever CPUs do.</param>
[GenerateSerializer, Immutable, Alias("mmu.TablesAnswer")]
public sealed record TablesAnswer(
    [property: Id(0)] long Version,
    [property: Id(1)] MapReport Map,
    [property: Id(2)] string? Panic,
    [property: Id(4)] ImmutableArray<Violation> Violations)
{
    /// <summary>Descriptors that a change of permissions or a rewrite stored.</summary>
    [Id(5)]
    public long Descriptors { get; init; }
}

/// <summary>An order to replace blocks of a range by pages, a part of it at a time.</summary>
/// <param name="From">The first address not yet visited; 0 for the range's start.</param>
/// <param name="Budget">Blocks to replace at most.</param>
[GenerateSerializer, Immutable, Alias("mmu.SplitCommand")]
public sealed record SplitCommand(
    [property: Id(0)] long Epoch,
    [property: Id(1)] int Sequence,
    [property: Id(5)] RepaintRange Range,
    [property: Id(6)] VirtualAddress From,
    [property: Id(4)] long Budget)
{
    /// <summary>
    /// Ranges to split after this one in the same call, each with the next sequence; empty for none. A writer that does
    /// not know of them splits none, and its answer has none.
    /// </summary>
    [Id(7)]
    public ImmutableArray<RepaintRange> Then { get; init; } = [];

    /// <summary>A command for each range, in order.</summary>
    public IEnumerable<SplitCommand> EachRange() => Then.IsDefaultOrEmpty ? [this]
        : [this with { Then = [] }, .. Then.Select((range, i) => new SplitCommand(
            Epoch, Sequence + 1 + i, range, default, Budget))];
}

/// <summary>What one part of a split has done, and where the next one begins.</summary>
/// <param name="Blocks">Blocks replaced by this part.</param>
/// <param name="TotalBlocks">Blocks replaced by all parts so far.</param>
[GenerateSerializer, Immutable, Alias("mmu.SplitAnswer")]
public sealed record SplitAnswer(
    [property: Id(0)] long Version,
    [property: Id(7)] VirtualAddress Next,
    [property: Id(2)] bool Done,
    [property: Id(3)] long Blocks,
    [property: Id(4)] bool OutOfMemory,
    [property: Id(6)] long TotalBlocks)
{
    /// <summary>The answers for those of the command's further ranges that were begun, in order.</summary>
    [Id(8)]
    public ImmutableArray<SplitAnswer> Then { get; init; } = [];
}

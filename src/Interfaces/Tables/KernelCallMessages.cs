using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Interfaces.Tables;

/// <summary>A kernel call on its way to the tables' writer.</summary>
/// <param name="Sequence">Counts the calls of a machine, from 1: a repeat gets the first answer, a late one does
/// nothing.</param>
/// <param name="Cpus">The CPUs that are online, which every flush has to reach.</param>
/// <param name="LeaveOutFlush">Return without the TLBI that the kernel would send: a mistake to be shown.</param>
/// <remarks>It travels as a <see cref="Surrogates.KernelCallCommandSurrogate"/>.</remarks>
[Immutable]
public sealed record KernelCallCommand(
    long Sequence, KernelCall Call, ImmutableArray<int> Cpus, bool LeaveOutFlush = false);

/// <summary>What a kernel call came to, once every CPU had finished its flush.</summary>
/// <param name="Version">The tables after it.</param>
/// <param name="Error">What the kernel function returned.</param>
/// <param name="Panic">The message of a kernel panic, or null.</param>
/// <param name="LastArea">The area that was allocated last.</param>
/// <param name="LastPages">Its first pages, by physical address.</param>
/// <param name="FreePages">Pages that are free for areas.</param>
/// <param name="Flushes">TLBI operations that were broadcast.</param>
/// <param name="Silent">CPUs that did not finish them.</param>
/// <param name="GoesOn">
/// The call has not returned: the same call with the next sequence performs its next part.
/// </param>
[GenerateSerializer, Immutable, Alias("mmu.KernelCallAnswer")]
public sealed record KernelCallAnswer(
    [property: Id(0)] long Version,
    [property: Id(1)] KernelError Error,
    [property: Id(2)] string? Panic,
    [property: Id(3)] ImmutableArray<string> Warnings,
    [property: Id(4)] int LastArea,
    [property: Id(5)] ImmutableArray<PhysicalAddress> LastPages,
    [property: Id(6)] long FreePages,
    [property: Id(7)] int Flushes,
    [property: Id(8)] ImmutableArray<int> Silent,
    [property: Id(9)] bool Stale,
    [property: Id(10)] bool GoesOn = false);

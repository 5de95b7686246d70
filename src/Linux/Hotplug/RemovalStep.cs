using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Hotplug;

/// <summary>
/// A step of a removal of memory: its leaves are cleared, then its TLBIs complete on every CPU, and only then does the
/// next step begin.
/// </summary>
/// <param name="Range">The addresses whose leaves are cleared.</param>
/// <param name="Unlinks">
/// Whether the step also unlinks the tables that are empty then, whose pages are free once its TLBIs are complete.
/// </param>
/// <param name="Flushes">The TLBIs, in order.</param>
/// <param name="LeavesGroup">
/// Whether members of the contiguous group that the step cleared a member of are still mapped behind it. A walk of one
/// of them may cache the whole group, cleared members included (I_JQPNP: a TLBI by VA removes one member's cover).
/// </param>
public sealed record RemovalStep(
    LinearRange Range, bool Unlinks, ImmutableArray<TlbiOperation> Flushes, bool LeavesGroup = false);

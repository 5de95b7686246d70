using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Checking.Places;

/// <summary>A system to explore, named by what it is made from, so that it can be made again where its states are to live.</summary>
/// <param name="Name">A protocol's or a reference system's.</param>
/// <param name="TwoStep">Reference systems: a walk takes two steps.</param>
/// <param name="Cnp">Protocols: swapper_pg_dir carries CnP.</param>
/// <param name="Levels">Protocols: CPU 0's, CPU 1's, and so on.</param>
public sealed record ExploredSystem(string Name, int Cpus, bool TwoStep = false, bool Cnp = true, ImmutableArray<BbmLevel> Levels = default);

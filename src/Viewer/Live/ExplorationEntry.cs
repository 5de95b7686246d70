namespace Orleans.Mmu.Viewer.Live;

/// <summary>An exploration that a silo takes part in, as a row of a list.</summary>
/// <param name="System">The protocol or the reference system.</param>
/// <param name="Cpus">The CPUs of its machine.</param>
/// <param name="Partitions">How many of its partitions the silo holds now.</param>
/// <param name="States">The states that the silo's partitions have seen so far.</param>
/// <param name="Found">What is known: "no violation found so far".</param>
public sealed record ExplorationEntry(
    string System, int Cpus, DateTimeOffset Began, int Partitions, long States, string Found);

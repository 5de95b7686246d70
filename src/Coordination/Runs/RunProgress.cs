namespace Orleans.Mmu.Coordination.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Activity">What it does, in a few words.</param>
/// <param name="Done">Units done of this activity.</param>
/// <param name="Total">All units of it; 0 where that is not known.</param>
public readonly record struct RunProgress(string Activity, long Done, long Total);

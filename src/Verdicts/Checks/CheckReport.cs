using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Verdicts.Checks;

/// <summary>What a check says.</summary>
public enum CheckVerdict
{
    Holds,
    Violated,

    /// <summary>Memory ran out, or the proof for any number of CPUs did not succeed and no counterexample was found either.</summary>
    NotDecided,
}

/// <summary>The outcome of a check.</summary>
public sealed record CheckReport
{
    public required string Protocol { get; init; }

    /// <summary>CPUs of the machine; null for any number.</summary>
    public required int? Cpus { get; init; }

    public required CheckVerdict Verdict { get; init; }

    /// <summary>The property of the shortest counterexample.</summary>
    public Property? Property { get; init; }

    public required bool Symmetry { get; init; }

    public required long States { get; init; }

    public long Transitions { get; init; }

    public double Seconds { get; init; }

    public long MemoryBytes { get; init; }

    /// <summary>BBM levels, CPU 0 first; empty for the reference systems.</summary>
    public ImmutableArray<BbmLevel> Levels { get; init; } = [];

    /// <summary>The machine is the toy one, so that a counterexample can be replayed on grains.</summary>
    public bool IsOnToyMachine { get; init; }

    public Counterexample? Counterexample { get; init; }

    /// <summary>What is worth knowing and no violation.</summary>
    public ImmutableArray<CheckNote> Notes { get; init; } = [];

    /// <summary>Every property that does not hold, shortest way first, with the length of the way.</summary>
    public ImmutableArray<(Property Property, int Length)> Violated { get; init; } = [];
}

/// <summary>A remark of a check.</summary>
public sealed record CheckNote(string Property, string Message);

using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Verdicts.Checks;

/// <summary>The verdict of a check.</summary>
public enum CheckVerdict
{
    Holds,
    Violated,

    /// <summary>Memory or time ran out, or the proof for any number of CPUs failed without a counterexample.</summary>
    NotDecided,
}

/// <summary>The outcome of a check.</summary>
public sealed record CheckReport
{
    public required string Protocol { get; init; }

    /// <summary>The text of the protocol's file; null for a protocol that is known by its name.</summary>
    public string? ProtocolFile { get; init; }

    /// <summary>Number of CPUs of the machine; null for any number.</summary>
    public required int? Cpus { get; init; }

    public required CheckVerdict Verdict { get; init; }

    /// <summary>The property that the shortest counterexample violates.</summary>
    public Property? Property { get; init; }

    public required bool Symmetry { get; init; }

    public required long States { get; init; }

    public long Transitions { get; init; }

    public double Seconds { get; init; }

    public long MemoryBytes { get; init; }

    /// <summary>BBM levels, CPU 0 first; empty for the reference systems.</summary>
    public ImmutableArray<BbmLevel> Levels { get; init; } = [];

    /// <summary>Whether every CPU has erratum 4118414 (<see cref="RepeatedTlbi"/>).</summary>
    public bool RepeatsTlbi { get; init; }

    /// <summary>
    /// "on 3 CPUs (BBM level 3, 0, 0)", "on any number of CPUs (BBM level 0, 0 …; erratum repeat-tlbi)".
    /// </summary>
    public string MachineSentence => Cpus is { } cpus
        ? $"on {Counted.Of(cpus, "CPU")}{LevelsSentence}"
        : $"on any number of CPUs{LevelsSentence}";

    private string LevelsSentence => Levels.IsEmpty ? ""
        : $" ({Levels.Sentence()}{(Cpus is null ? " …" : "")}{ErratumWords})";

    private string ErratumWords => RepeatsTlbi ? $"; erratum {RepeatedTlbi.Name}" : "";

    /// <summary>Whether the machine is the toy machine, so that a counterexample can be replayed on grains.</summary>
    public bool IsOnToyMachine { get; init; }

    public Counterexample? Counterexample { get; init; }

    /// <summary>Remarks that are not violations.</summary>
    public ImmutableArray<CheckNote> Notes { get; init; } = [];

    /// <summary>Every violated property with the length of its shortest path; shortest first.</summary>
    public ImmutableArray<(Property Property, int Length)> Violated { get; init; } = [];
}

/// <summary>A remark of a check.</summary>
public sealed record CheckNote(string Property, string Message)
{
    /// <summary>The remark of a protocol that puts nT into a block that must be mapped.</summary>
    public static CheckNote MayFaultByNt { get; } = new(
        "nT", "a CPU below BBM level 2 may take a Translation fault by a block that carries nT, as its implementation "
            + "decides (R_MRRPW); only accesses that must not fault are judged by it");

    /// <summary>The remark of an exploration that did not see every state.</summary>
    /// <param name="outOfTime">Whether time ended it, not memory.</param>
    public static CheckNote Incomplete(bool outOfTime, long states) => outOfTime
        ? new("time", $"{states} states took the time that was allowed; what was not seen may still be violated")
        : new("memory", $"{states} states filled the memory that was allowed; what was not seen may still be violated");
}

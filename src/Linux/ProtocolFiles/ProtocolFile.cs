using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>What a protocol file says: the protocol, and the machine and the map that it is meant for.</summary>
/// <param name="Levels">The levels of CPU 0, CPU 1, and so on; the last one holds for all further CPUs.</param>
/// <param name="Map">
/// The name of the change of the map. Which maps there are is for the reader's caller to say.
/// </param>
public sealed record ProtocolFile(Protocol Protocol, ImmutableArray<BbmLevel> Levels, string Map)
{
    /// <summary>The map of a protocol that turns the linear map's blocks into pages, as a boot does.</summary>
    public const string RepaintMap = "repaint";

    /// <summary>CPU 1's phases where they are not a secondary's; otherwise null. Empty: CPU 1 does nothing.</summary>
    public ImmutableArray<Phase>? Outsider { get; init; }

    /// <summary>
    /// The phases that a CPU performs when it takes an interrupt; without any, it returns from it at once.
    /// </summary>
    public ImmutableArray<Phase> Handler { get; init; } = [];

    /// <summary>The file's name, for errors.</summary>
    public required string Source { get; init; }

    /// <summary>The lines of the headers "protocol" and "map", from 1.</summary>
    public required (int Name, int Map) Lines { get; init; }

    /// <summary>The line of each step, from 1, and its phase.</summary>
    internal ImmutableArray<(string Phase, Step Step, int Line)> StepLines { get; init; } = [];

    /// <summary>What is probably a mistake, a line each: "my.protocol:12: …".</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The file without its comments and with one step a line: it reads back as the same protocol.</summary>
    public string Text => ProtocolWriter.Write(this);

    /// <summary>An error in the name, or in the protocol as a whole.</summary>
    public InputException Error(string message) => new(Source, Lines.Name, message);

    /// <summary>An error in a step; the first one of the phase that is equal to it has the line.</summary>
    public InputException StepError(string phase, Step step, string message) =>
        new(Source, LineOf(phase, step), message);

    /// <summary>
    /// The line of the first step of a phase that is equal to one; the name's where the phase has none.
    /// </summary>
    public int LineOf(string phase, Step step) =>
        StepLines.FirstOrDefault(s => s.Phase == phase && s.Step.Equals(step)) is { Line: > 0 } found
            ? found.Line : Lines.Name;

    /// <summary>An error in the map.</summary>
    public InputException MapError(string message) => new(Source, Lines.Map, message);
}

using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>How a trace is to be judged.</summary>
/// <param name="Levels">The BBM levels of CPU 0, CPU 1 and so on; the last one holds for all that follow.</param>
public sealed record LintRequest(IReadOnlyList<BbmLevel> Levels)
{
    /// <summary>
    /// Pages whose contents are kept, 4 KiB each; four times as many old values of descriptors are kept.
    /// </summary>
    public int MaxPages { get; init; } = CasemateLint.MaxPages;

    /// <summary>
    /// The first event that is judged, by its id; those before it set up the state. Null for all from the start.
    /// </summary>
    public ulong? First { get; init; }

    /// <summary>The last event that is read, by its id; null for all to the end.</summary>
    public ulong? Last { get; init; }

    /// <summary>The event behind which the tables are kept; null for none.</summary>
    public ulong? At { get; init; }

    /// <summary>The kernel's functions; null where places are given as the trace has them.</summary>
    public IFunctionNames? Names { get; init; }
}

/// <summary>The functions of the kernel that a trace was recorded from.</summary>
public interface IFunctionNames
{
    /// <summary>Where the image's first byte, _text, is linked; null where it is not known.</summary>
    ulong? Text { get; }

    /// <summary>The function that contains an address; null for none.</summary>
    string? Of(ulong address);
}

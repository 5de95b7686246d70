using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>Steps in their order; two sequences are equal where their steps are.</summary>
public readonly struct StepSequence(ImmutableArray<Step> steps) : IEquatable<StepSequence>
{
    private readonly ImmutableArray<Step> _steps = steps;

    public ImmutableArray<Step> Steps => _steps.IsDefault ? [] : _steps;

    /// <summary>The steps as messages and saved files carry them.</summary>
    public ImmutableArray<string> Codes => [.. Steps.Select(s => s.Code)];

    /// <summary>Reads codes; one that is not known becomes a <see cref="ForeignStep"/>.</summary>
    public static StepSequence Decode(ImmutableArray<string> codes) =>
        new([.. codes.Select(c => Step.TryDecode(c, out var step) ? step! : new ForeignStep(c))]);

    public static implicit operator StepSequence(ImmutableArray<Step> steps) => new(steps);

    public static bool operator ==(StepSequence left, StepSequence right) => left.Equals(right);

    public static bool operator !=(StepSequence left, StepSequence right) => !left.Equals(right);

    public bool Equals(StepSequence other) => Steps.SequenceEqual(other.Steps);

    public override bool Equals(object? obj) => obj is StepSequence other && Equals(other);

    public override int GetHashCode() => Steps.Aggregate(0, HashCode.Combine);

    public override string ToString() => string.Join("; ", Steps.Select(s => s.Text));
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Orleans.Mmu.Explain.Rules;

/// <summary>Arm's rules about translation tables that change while they are in use, by label.</summary>
public static partial class ArmRules
{
    /// <summary>All of them, ordered by the letters behind the prefix.</summary>
    public static ImmutableArray<ArmRule> All { get; } =
        [.. CachingRules.All.Concat(InvalidationRules.All).Concat(ChangeRules.All)
            .OrderBy(r => r.Label[2..], StringComparer.Ordinal)];

    private static readonly FrozenDictionary<string, ArmRule> ByLabel =
        All.ToFrozenDictionary(r => r.Label, StringComparer.OrdinalIgnoreCase);

    /// <summary>The rule of a label; null if this project knows none.</summary>
    public static ArmRule? Find(string label) => ByLabel.GetValueOrDefault(label);

    /// <summary>A rule that the caller knows to be listed.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static ArmRule Of(string label) =>
        Find(label) ?? throw new ArgumentException($"{label} is not among the explained rules", nameof(label));

    /// <summary>The rules whose labels stand in a text, each once, in the order of the text.</summary>
    public static IEnumerable<ArmRule> NamedIn(string text) =>
        Label().Matches(text).Select(m => Find(m.Value)).OfType<ArmRule>().Distinct();

    [GeneratedRegex("[RI]_[A-Z]{5}")]
    private static partial Regex Label();
}

using System.Collections.Frozen;
using System.Reflection;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// Every step, by its text and by its code. A step is parsed by finding the one with that text, so printing and parsing
/// cannot differ. Steps with a name that a protocol chooses are infinitely many: <see cref="All"/> has one of each
/// form.
/// </summary>
internal static class StepRegistry
{
    /// <summary>The records of known steps, ordered by name.</summary>
    public static IReadOnlyList<Type> Types { get; } =
        [.. typeof(Step).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Step)) && t != typeof(ForeignStep))
            .OrderBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>All steps, and of those with a name of the protocol's own an example of each form.</summary>
    public static IReadOnlyList<Step> All { get; } = [.. Types.SelectMany(StepsOf)];

    private static readonly FrozenDictionary<string, Step> ByText =
        All.ToFrozenDictionary(s => s.Text, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Step> ByCode =
        All.ToFrozenDictionary(s => s.Code, StringComparer.Ordinal);

    public static bool TryParse(string text, out Step? step) =>
        ByText.TryGetValue(text, out step) || (step = Words.Parse(text) ?? TableLock.Parse(text)) is not null;

    public static bool TryDecode(string code, out Step? step) =>
        ByCode.TryGetValue(code, out step) || (step = Words.Decode(code) ?? TableLock.Decode(code)) is not null;

    private static IReadOnlyList<Step> StepsOf(Type type) =>
        type.GetProperty("Every", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null) as IReadOnlyList<Step>
        ?? throw new InvalidOperationException($"{type.Name} has no static property \"Every\" with its steps");
}

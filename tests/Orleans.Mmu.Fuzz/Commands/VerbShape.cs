using System.Collections.Immutable;
using Orleans.Mmu.Fuzz.Inputs;

namespace Orleans.Mmu.Fuzz.Commands;

/// <summary>
/// What may stand in one place of a command line: one of some words, or the name of a file of one kind.
/// </summary>
internal sealed record ValueShape(InputKind? File, ImmutableArray<string> Words)
{
    public static ValueShape Of(params ImmutableArray<string> words) => new(null, words);

    /// <summary>A file, or rarely a word such as the name of a built-in machine.</summary>
    public static ValueShape Of(InputKind file, params ImmutableArray<string> words) => new(file, words);
}

/// <summary>An option.</summary>
/// <param name="Value">Null where it has none.</param>
internal sealed record OptionShape(string Name, ValueShape? Value = null)
{
    public static OptionShape Of(string name, params ImmutableArray<string> words) => new(name, ValueShape.Of(words));

    public static OptionShape Of(string name, InputKind file, params ImmutableArray<string> words) =>
        new(name, ValueShape.Of(file, words));
}

/// <summary>A verb of mmu as cases use it.</summary>
/// <param name="Weight">How often it is chosen, beside those of the other verbs.</param>
/// <param name="Arguments">What stands behind the verb.</param>
/// <param name="Always">Options that bound how long a case may take; each case has them.</param>
internal sealed record VerbShape(
    string Verb, int Weight, ImmutableArray<ValueShape> Arguments, ImmutableArray<OptionShape> Options,
    ImmutableArray<string> Always);

using System.Collections.Immutable;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Answers;

/// <summary>What a number, a label or a report of the kernel means.</summary>
/// <param name="Kind">What was explained.</param>
/// <param name="Subject">The thing itself, as it would be written.</param>
/// <param name="Summary">The answer in one or two sentences.</param>
public sealed record Explanation(ExplainedKind Kind, string Subject, string Summary)
{
    public ImmutableArray<ExplanationSection> Sections { get; init; } = [];

    /// <summary>The rules that the answer rests on.</summary>
    public ImmutableArray<ArmRule> Rules { get; init; } = [];

    /// <summary>Commands that go on from here.</summary>
    public ImmutableArray<string> Commands { get; init; } = [];
}

/// <summary>What can be explained.</summary>
public enum ExplainedKind
{
    Oops,
    Descriptor,
    Syndrome,
    Rule,
    Step,
    Tlbi,
    BbmLevels,
    Property,
    Barrier,
    Register,
    Function,
    AuditRule,
    KernelBug,
    Protocol,
    Term,
}

/// <summary>Part of an answer: values with their meanings, and sentences about them.</summary>
public sealed record ExplanationSection(
    string Title, ImmutableArray<ExplainedField> Fields, ImmutableArray<string> Sentences);

/// <summary>One value and what it means.</summary>
/// <param name="Name">The field's name in the architecture or in the kernel.</param>
/// <param name="Value">The value as it would be written.</param>
public readonly record struct ExplainedField(string Name, string Value, string Meaning);

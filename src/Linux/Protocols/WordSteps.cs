namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// A CPU stores a number in a word of the protocol's own, as it clears the flag: the store waits in its store buffer.
/// </summary>
public sealed record SetWord : Step
{
    internal static StepKind Declaration { get; } = new("word-set", StepPerformers.Any, StepEffects.ChangesFlag);

    internal static IReadOnlyList<Step> Every => [new SetWord(Words.Example, 0), new SetWord(Words.Example, 1)];

    private SetWord(string name, int value)
        : base(Declaration, $"{name}:{value}", $"{name} = {value}") => (Name, Value) = (name, value);

    public string Name { get; }

    public int Value { get; }

    /// <exception cref="ArgumentException">A protocol cannot have such a word or number.</exception>
    public static SetWord To(string name, int value) => value is >= 0 and <= WordName.MaxValue
        ? new(Words.Checked(name), value)
        : throw new ArgumentException($"expected at most {WordName.MaxValue}, found {value}", nameof(value));
}

/// <summary>A CPU adds 1 to a word, as a secondary counts in on the flag: the addition is atomic.</summary>
public sealed record AddToWord : Step
{
    internal static StepKind Declaration { get; } = new("word-add", StepPerformers.Anywhere, StepEffects.ChangesFlag);

    internal static IReadOnlyList<Step> Every => [new AddToWord(Words.Example)];

    private AddToWord(string name) : base(Declaration, name, $"{name} += 1") => Name = name;

    public string Name { get; }

    /// <exception cref="ArgumentException">A protocol cannot have such a word.</exception>
    public static AddToWord Of(string name) => new(Words.Checked(name));
}

/// <summary>A CPU waits until a word has a value.</summary>
public sealed record AwaitWord : Step
{
    internal static StepKind Declaration { get; } = new("word-await", StepPerformers.Any, StepEffects.None);

    internal static IReadOnlyList<Step> Every =>
    [
        .. new WordOperand[] { new(0), new(1), WordOperand.AllCpus, WordOperand.OtherCpus }
            .Select(o => new AwaitWord(Words.Example, o)),
    ];

    private AwaitWord(string name, WordOperand operand)
        : base(Declaration, $"{name}:{operand.Code}", $"wait {name} == {operand.Text}") =>
        (Name, Operand) = (name, operand);

    public string Name { get; }

    public WordOperand Operand { get; }

    /// <exception cref="ArgumentException">A protocol cannot have such a word.</exception>
    public static AwaitWord Until(string name, WordOperand operand) => new(Words.Checked(name), operand);
}

/// <summary>The CPU loads a word and goes on with its next phase unless the word has a value.</summary>
public sealed record SkipUnlessWord : Step
{
    internal static StepKind Declaration { get; } = new("word-skip-unless", StepPerformers.Any, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [new SkipUnlessWord(Words.Example, new(1))];

    private SkipUnlessWord(string name, WordOperand operand)
        : base(Declaration, $"{name}:{operand.Code}", $"{Words.Skip}{name} == {operand.Text}") =>
        (Name, Operand) = (name, operand);

    public string Name { get; }

    public WordOperand Operand { get; }

    /// <exception cref="ArgumentException">A protocol cannot have such a word.</exception>
    public static SkipUnlessWord Of(string name, WordOperand operand) => new(Words.Checked(name), operand);
}

using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Reads what follows the programs: locations, and exists, ~exists or forall with a proposition.</summary>
internal sealed partial class ConditionReader(
    LitmusText source, LitmusNames names, ImmutableArray<ImmutableHashSet<string>> labels)
{
    /// <summary>The maximum nesting of parentheses and negations.</summary>
    public const int MaxDepth = 64;

    private readonly DescriptorReader _descriptors = new(source, names);

    public List<LitmusObservable> Locations { get; } = [];

    public List<FaultAtom> FaultLocations { get; } = [];

    /// <summary>CPUs that are named, each with its line.</summary>
    public List<(int Cpu, int Line)> Cpus { get; } = [];

    /// <summary>What final states must satisfy to be counted; null for nothing.</summary>
    public Proposition? Filter { get; private set; }

    public LitmusCondition Condition { get; private set; } = null!;

    public void Read()
    {
        if (source.TakeWord("locations"))
            ReadLocations();
        if (source.TakeWord("filter"))
            Filter = Either(0);
        source.SkipBlanks();
        int start = source.At;
        // A test without a condition only prints its final states.
        if (source.IsAtEnd && Locations.Count + FaultLocations.Count > 0)
        {
            Condition = new(LitmusQuantifier.ForAll, new Constant(true), "forall true");
            return;
        }

        var quantifier = Quantifier();
        var proposition = Either(0);
        Condition = new(quantifier, proposition, source.Tidy(start));
        source.Take(";");
        source.SkipBlanks();
        if (!source.IsAtEnd)
            throw source.Expected("the end of the condition (/\\ and \\/ join propositions)");
    }

    private void ReadLocations()
    {
        if (!source.Take("["))
            throw source.Expected("[ and what to print");
        for (; ; )
        {
            if (source.Take(";"))
                continue;
            if (source.Take("]"))
                return;
            if (Fault() is { } atom)
                FaultLocations.Add(atom);
            else
                Locations.Add(Observable());
            source.SkipBlanks();
            if (source.Next is not (';' or ']'))
                throw source.Expected("; or ]");
        }
    }

    private LitmusQuantifier Quantifier()
    {
        if (source.TakeWord("exists"))
            return LitmusQuantifier.Exists;
        if (source.TakeWord("forall"))
            return LitmusQuantifier.ForAll;
        int before = source.At;
        if ((source.Take("~") || source.TakeWord("not")) && source.TakeWord("exists"))
            return LitmusQuantifier.NotExists;
        source.At = before;
        throw source.Expected("exists, ~exists or forall");
    }

    private Proposition Either(int depth)
    {
        var left = Both(depth);
        while (source.Take("\\/"))
            left = new Disjunction(left, Both(depth));
        return left;
    }

    private Proposition Both(int depth)
    {
        var left = One(depth);
        while (source.Take("/\\"))
            left = new Conjunction(left, One(depth));
        return left;
    }

    private Proposition One(int depth)
    {
        if (depth > MaxDepth)
            throw source.Error(
                source.Line, $"expected at most {MaxDepth} parentheses and negations around a proposition, found more");
        if (source.Take("~") || source.TakeWord("not"))
            return new Negation(One(depth + 1));
        if (source.Take("("))
        {
            var inner = Either(depth + 1);
            return source.Take(")") ? inner : throw source.Expected(")");
        }

        if (source.TakeWord("true"))
            return new Constant(true);
        if (source.TakeWord("false"))
            return new Constant(false);
        if (Fault() is { } atom)
            return new Happened(atom);
        var observable = Observable();
        if (!source.Take("="))
            throw source.Expected("=");
        source.SkipBlanks();
        int before = source.At;
        if (source.TakeWord("label") && source.Take(":"))
            return Label(observable);
        source.At = before;
        if (observable.Kind != LitmusObservableKind.TableWord || source.Next != '(')
            return new HasValue(observable, _descriptors.Value());
        return new HasValue(observable, _descriptors.Literal(names.Words[observable.Index].Page));
    }

    // The rest of label:"P1:L0".
    private HasLabel Label(LitmusObservable observable)
    {
        int line = source.Line;
        if (!source.Take("\""))
            throw source.Expected("\" and a label, such as \"P1:L0\"");
        int cpu = Cpu(source.Word(), line);
        string label = source.Take(":") ? source.Word() : "";
        if (cpu >= labels.Length || !labels[cpu].Contains(label))
            throw source.Error(line, $"expected a label of P{cpu}, found {label}");
        return source.Take("\"") ? new HasLabel(observable, cpu, label) : throw source.Expected("\"");
    }

    private LitmusObservable Observable()
    {
        source.SkipBlanks();
        int line = source.Line;
        bool bracketed = source.Take("[");
        string word = source.Word();
        if (word.Length == 0)
            throw source.Expected("a register (0:X1), a page (x) or a table word ([PTE(x)])");
        if (!bracketed && source.Take(":"))
        {
            int cpu = Cpu(word, line);
            string name = source.Word();
            return LitmusOperands.Register(name) is { IsZero: false } register
                ? new(LitmusObservableKind.Register, cpu, register.Number)
                : throw source.Error(
                    line, $"expected a register X0 to X30, found {(name.Length > 0 ? name : source.Found())}");
        }

        var observable = _descriptors.TableWord(word) is { } tableWord
            ? new LitmusObservable(LitmusObservableKind.TableWord, -1, tableWord)
            : char.IsAsciiDigit(word[0])
                ? throw source.Error(
                    line, $"expected a register (0:X1), a page (x) or a table word ([PTE(x)]), found {word}")
            : new LitmusObservable(LitmusObservableKind.Memory, -1, _descriptors.Page(word));
        if (observable.Kind == LitmusObservableKind.Memory && names.IsArray(observable.Index))
            throw source.Error(line, $"expected a register or one word, found the array {word}");
        if (bracketed && !source.Take("]"))
            throw source.Expected("]");
        return observable;
    }

    private int Cpu(string word, int line)
    {
        string digits = word.StartsWith('P') ? word[1..] : word;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu))
            throw source.Error(
                line, $"expected a CPU such as 0 or P0, found {(word.Length > 0 ? word : source.Found())}");
        Cpus.Add((cpu, line));
        return cpu;
    }
}

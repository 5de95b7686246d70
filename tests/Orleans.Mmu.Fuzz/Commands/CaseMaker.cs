using System.Collections.Immutable;
using Orleans.Mmu.Fuzz.Cases;
using Orleans.Mmu.Fuzz.Inputs;

namespace Orleans.Mmu.Fuzz.Commands;

/// <summary>Makes the case of a seed: a verb, its options, its files, and what is wrong with each.</summary>
internal sealed class CaseMaker(Corpus corpus)
{
    // Percentages.
    private const int ValidFile = 35;
    private const int ChangedLine = 20;
    private const int MadeFromNothing = 10;
    private const int OptionGiven = 25;
    private const int MostMutations = 4;

    private static readonly ImmutableArray<VerbShape> Weighted =
        [.. Verbs.All.SelectMany(v => Enumerable.Repeat(v, v.Weight))];

    public FuzzCase Make(long seed)
    {
        var dice = new Dice(seed);
        var files = new List<FuzzFile>();
        var verb = dice.Of(Weighted);
        var words = new List<string> { verb.Verb };
        foreach (var argument in verb.Arguments)
            words.Add(Value(dice, argument, files));
        foreach (var option in verb.Options.Where(_ => dice.Chance(OptionGiven)))
        {
            words.Add(option.Name);
            if (option.Value is { } value)
                words.Add(Value(dice, value, files));
        }

        int change = words.Count;
        foreach (string word in verb.Always)
            words.Add(Enum.GetValues<InputKind>().Where(k => Verbs.Placeholder(k) == word).ToList() is [var kind]
                ? FileOf(dice, kind, files) : word);
        if (words.Contains("--silo"))
            words.AddRange("--connect-timeout", dice.Of(Verbs.ConnectTimeouts));
        // Options that bound how long a case takes stay as they are.
        var line = dice.Chance(ChangedLine) ? new CommandLineMutations(dice).Apply(words[..change]) : words[..change];
        return new(seed, [.. line, .. words[change..]], [.. files]) { Verb = verb.Verb };
    }

    private string Value(Dice dice, ValueShape shape, List<FuzzFile> files)
    {
        if (shape.File is { } kind && (shape.Words.IsEmpty || dice.Chance(80)))
            return FileOf(dice, dice.Chance(95) ? kind : dice.Of(Enum.GetValues<InputKind>()), files);
        return dice.Chance(95) ? dice.Of(shape.Words) : dice.Of(OddWords.Any);
    }

    private string FileOf(Dice dice, InputKind kind, List<FuzzFile> files)
    {
        var seeds = corpus.Of(kind);
        // A dump is read with its own registers.
        var seed = kind is InputKind.Dump or InputKind.Registers ? seeds[(int)(dice.Seed % (ulong)seeds.Count)]
            : dice.Of(seeds);
        byte[] bytes = dice.Chance(ValidFile) ? seed.Bytes
            : dice.Chance(MadeFromNothing) ? new Generated(dice).Make()
            : new Mutations(dice).Apply(seed.Bytes, MostMutations);
        string name = files.Any(f => f.Name == seed.Name) ? $"{files.Count}{seed.Name}" : seed.Name;
        files.Add(new(name, bytes));
        return FuzzCase.Folder + name;
    }
}

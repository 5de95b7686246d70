using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Client;

/// <summary>What became of one file: a result, or the line that says what is wrong with it.</summary>
internal sealed record LitmusOutput(string File, LitmusResult? Result, string? Error)
{
    /// <summary>What another model says; null where it says nothing.</summary>
    public ExpectedOutcome? Expected { get; init; }

    /// <summary>Whether both say the same.</summary>
    public bool Agrees => Result is { } found && Expected is { } expected
        && found.States.SequenceEqual(expected.States) && found.Flags.Order(StringComparer.Ordinal).SequenceEqual(expected.Flags);
}

/// <summary>Runs many litmus tests, as many at once as there are processors. One that cannot be read does not keep the others from running.</summary>
/// <param name="expected">What another model says, by file name; null where nobody was asked.</param>
internal sealed class LitmusBatch(IReadOnlyList<string> files, bool ets2, IReadOnlyDictionary<string, ExpectedOutcome>? expected)
{
    private int _done;

    public IReadOnlyList<LitmusOutput> Run(CancellationToken cancellationToken)
    {
        var outputs = new LitmusOutput[files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.For(0, files.Count, options, i =>
        {
            outputs[i] = RunOne(files[i], cancellationToken);
            Interlocked.Increment(ref _done);
        });
        return outputs;
    }

    public Task<BootProgress> AskAsync() => Task.FromResult(new BootProgress("litmus tests", Volatile.Read(ref _done), files.Count));

    private LitmusOutput RunOne(string file, CancellationToken cancellationToken)
    {
        try
        {
            var test = LitmusReader.Parse(file, InputFile.ReadText(file, "a litmus test", LitmusReader.MaxBytes));
            return new(file, LitmusRun.Run(test, ets2, LitmusRun.UsualMemory, cancellationToken), null) { Expected = expected?.GetValueOrDefault(Path.GetFileName(file)) };
        }
        catch (Exception e) when (e is InputException or UsageException)
        {
            return new(file, null, e.Message);
        }
    }
}

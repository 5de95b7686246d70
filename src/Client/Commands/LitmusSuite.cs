using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Client;

/// <summary>A checked litmus test beside the verdict that its author expects.</summary>
internal sealed record LitmusSuiteRow(string File, LitmusTest? Test, CheckReport? Report, string? Error)
{
    /// <summary>"holds", or a property that is violated; of several the expected one, if it is among them.</summary>
    public string Verdict => Report!.Verdict switch
    {
        CheckVerdict.Holds => "holds",
        CheckVerdict.Violated => Report.Violated.Any(v => v.Property.Name == Test!.ExpectedVerdict) ? Test!.ExpectedVerdict! : Report.Property!.Name,
        _ => "not decided",
    };

    /// <summary>Whether it comes out as its line Verdict=… says; holds where there is no such line.</summary>
    public bool IsAsExpected => Report is not null && Verdict == (Test!.ExpectedVerdict ?? "holds");
}

/// <summary>Checks every litmus test of a folder as a protocol.</summary>
internal sealed class LitmusSuite(IReadOnlyList<string> files, CheckOptions options)
{
    private int _done;

    public IReadOnlyList<LitmusSuiteRow> Run(CancellationToken cancellationToken)
    {
        var rows = new LitmusSuiteRow[files.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.For(0, files.Count, parallel, i =>
        {
            rows[i] = RunOne(files[i], cancellationToken);
            Interlocked.Increment(ref _done);
        });
        return rows;
    }

    public Task<BootProgress> AskAsync() => Task.FromResult(new BootProgress("litmus tests", Volatile.Read(ref _done), files.Count));

    private LitmusSuiteRow RunOne(string file, CancellationToken cancellationToken)
    {
        try
        {
            var test = LitmusReader.Parse(file, InputFile.ReadText(file, "a litmus test", LitmusReader.MaxBytes));
            return new(file, test, LitmusCheck.Run(test, options, null, cancellationToken), null);
        }
        catch (Exception e) when (e is InputException or UsageException)
        {
            return new(file, null, null, e.Message);
        }
    }
}

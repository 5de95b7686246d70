using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Client.Commands;

/// <summary>
/// Processes every litmus test of a list, with one worker per processor. A test that cannot be read does not stop the
/// others.
/// </summary>
/// <param name="one">Processes a test.</param>
/// <param name="failed">
/// Gives the result for a file that is no test or is not supported; its second argument is the error.
/// </param>
internal sealed class LitmusBatch<T>(
    IReadOnlyList<string> files, Func<string, LitmusTest, CancellationToken, T> one, Func<string, string, T> failed)
{
    private int _done;

    public IReadOnlyList<T> Run(CancellationToken cancellationToken)
    {
        var results = new T[files.Count];
        var options =
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Environment.ProcessorCount,
                CancellationToken = cancellationToken
            };
        Parallel.For(0, files.Count, options, i =>
        {
            try
            {
                var test = LitmusReader.Parse(
                    files[i], InputFile.ReadText(files[i], "a litmus test", LitmusReader.MaxBytes));
                results[i] = one(files[i], test, cancellationToken);
            }
            catch (Exception e) when (e is InputException or UsageException)
            {
                results[i] = failed(files[i], e.Message);
            }

            Interlocked.Increment(ref _done);
        });
        return results;
    }

    public Task<BootProgress> AskAsync() =>
        Task.FromResult(new BootProgress("litmus tests", Volatile.Read(ref _done), files.Count));
}

using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.AnyCpus;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Checks;

/// <summary>
/// Checks a protocol on machines of any number of CPUs: by a proof, and where it fails by machines that grow.
/// </summary>
/// <param name="explore">Explores the machine of so many CPUs.</param>
internal sealed class AnyCpusCheck(MachineModel model, CheckOptions options, Func<int, Task<CheckReport>> explore)
{
    private IEnumerable<CheckNote> FewestCpus => model.Outsider is null ? []
        : [new("cpus", "CPU 1 has a program of its own, so every machine has at least 2 CPUs")];

    public async Task<CheckReport> RunAsync(ImmutableArray<BbmLevel> levels, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        var proof = Proof(cancellationToken);
        // The proof covers pairs of the shared CPUs and another one; the shared CPUs alone are explored separately.
        // There may be no secondary, but a protocol that gives CPU 1 a program of its own is for machines that have it.
        int fewest = model.Outsider is null ? 1 : 2;
        var alone = await explore(fewest);
        if (proof is { Holds: true } && alone.Verdict == CheckVerdict.Holds)
        {
            return alone with
            {
                Cpus = null,
                States = proof.States,
                Transitions = 0,
                Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
                Symmetry = true,
                Levels = levels,
                Notes =
                [
                    .. (proof.Suspects & MachineProperties.Notes) == 0
                        ? Array.Empty<CheckNote>() : [new(Property.StaleEntry.Name, Property.StaleEntry.Sentence)],
                    .. model.MayFaultByNt ? new[] { CheckNote.MayFaultByNt } : [],
                    .. FewestCpus,
                ],
            };
        }

        var report = alone;
        for (int cpus = fewest + 1; report.Verdict == CheckVerdict.Holds && cpus <= ProtocolCheck.MostCpusSearched;
            cpus++)
            report = await explore(cpus);
        return Searched(report, proof) with
        {
            Cpus = null,
            Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds,
        };
    }

    // The report of a protocol without a proof, from the largest machine that was explored.
    private CheckReport Searched(CheckReport report, AnyCpusResult? proof) => report.Verdict switch
    {
        CheckVerdict.Violated => report with
        {
            Notes =
            [
                .. report.Notes,
                new("cpus", $"the counterexample is on a machine of {Counted.Of(report.Cpus!.Value, "CPU")}"),
                .. FewestCpus,
            ],
        },
        CheckVerdict.NotDecided => report,
        CheckVerdict.Holds => report with
        {
            Verdict = CheckVerdict.NotDecided,
            Notes =
            [
                new("cpus", $"it holds for up to {ProtocolCheck.MostCpusSearched} CPUs; for more there is no proof, "
                    + $"since {proof?.Limit ?? "the projection on one CPU finds what it cannot exclude"}"),
                .. FewestCpus,
            ],
        },
        _ => throw new ArgumentOutOfRangeException(nameof(report), report.Verdict, "no such verdict"),
    };

    // Null where time ended it.
    private AnyCpusResult? Proof(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, options.TimeIsOver);
        try
        {
            return AnyCpusProof.Of(model, options.Strict, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

using System.Collections.Immutable;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Checks;

/// <summary>Two steps of which either one can be removed, but not both.</summary>
public sealed record RedundantPair(Mutant A, Mutant B, CheckReport Report);

/// <summary>What each step of a protocol is needed for: every mutant with its verdict.</summary>
/// <param name="Mutants">Removals, swaps, mistakes, in that order.</param>
/// <param name="Pairs">Pairs of steps that are redundant alone but not together.</param>
public sealed record MutantMatrix(
    CheckedProtocol Protocol, ImmutableArray<MutantVerdict> Mutants, ImmutableArray<RedundantPair> Pairs)
{
    /// <summary>Checks every mutant of a protocol, several at once; results are in the order of the mutants.</summary>
    public static MutantMatrix Of(
        CheckedProtocol protocol, CheckOptions options, IProgress<(int Done, int All)>? progress,
        CancellationToken cancellationToken)
    {
        var script = protocol.Script;
        var check = new ProtocolCheck(protocol, options with { Workers = 1 }, cancellationToken);
        var mutants = Mutant.Removals(script).Concat(Mutant.Swaps(script))
            .Concat(Mistakes.Of(script, options.Levels ?? protocol.Levels)).ToList();
        int done = 0;
        // Pairs to check are known once the mutants are.
        int all = mutants.Count;
        var verdicts = InParallel(mutants, Judge);
        var redundant = verdicts.Where(
            v => v.Mutant.Mutation == Mutation.Remove && v.Report.Verdict == CheckVerdict.Holds).Select(v => v.Mutant)
                .ToList();
        var couples = redundant.SelectMany((a, i) => redundant.Skip(i + 1).Select(b => (A: a, B: b))).ToList();
        all += couples.Count;
        var pairs = InParallel(couples, c => new RedundantPair(c.A, c.B, Judge(Mutant.Pair(script, c.A, c.B)).Report));
        return new(protocol, verdicts, [.. pairs.Where(p => p.Report.Verdict == CheckVerdict.Violated)]);

        MutantVerdict Judge(Mutant mutant)
        {
            var report = check.Run(mutant);
            progress?.Report((Interlocked.Increment(ref done), all));
            return new(mutant, report);
        }

        ImmutableArray<TResult> InParallel<T, TResult>(List<T> items, Func<T, TResult> judge)
        {
            var results = new TResult[items.Count];
            Parallel.For(
                0, items.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                    results[i] = judge(items[i]));
            return [.. results];
        }
    }

    /// <summary>Properties that some mutant violates, in the order of the catalogue.</summary>
    public ImmutableArray<Property> Columns =>
        [.. MachineProperties.Order.Append(Property.EndlessWait)
            .Where(p => Mutants.Any(m => m.Report.Violated.Any(v => v.Property == p)))];

    /// <summary>Why a step may go, in a sentence; null where it may not, and where no argument is recorded.</summary>
    public string? WhyRedundantOf(MutantVerdict verdict) =>
        Protocol.Protocol == RepaintProtocols.IdmapReserved && verdict.Mutant.Mutation == Mutation.Remove
            && verdict.Report.Verdict == CheckVerdict.Holds
        ? WhyRedundant.Of(verdict.Mutant.Program, verdict.Mutant.Position) : null;

    /// <summary>The removals of a program's steps.</summary>
    public IEnumerable<MutantVerdict> Removals(CpuProgram program) =>
        Mutants.Where(m => m.Mutant.Mutation == Mutation.Remove && m.Mutant.Program == program);
}

using System.Runtime.CompilerServices;
using CsCheck;

namespace Orleans.Mmu.Tests.Cases;

/// <summary>
/// Checks a property on drawn cases. CsCheck's own <c>Sample</c> draws other cases in each run, a given seed sets only
/// the first; these draw a fixed sequence (<see cref="CaseSequence"/>), so that a run says the same on every machine.
/// </summary>
/// <remarks>
/// The first case that fails is reported, and then what CsCheck makes of it: a smaller one where it finds one. Where
/// CsCheck's <c>CsCheck_Seed</c> is set, CsCheck draws that case and others of its own.
/// </remarks>
internal static partial class PropertyCheck
{
    /// <summary>Checks cases on all processors.</summary>
    /// <param name="check">Throws where a case is not as it should be.</param>
    /// <param name="iter">How many cases.</param>
    /// <param name="print">Shows a case; CsCheck's way of printing otherwise.</param>
    /// <exception cref="CsCheckException">A case fails: its text, its seed and a smaller one.</exception>
    public static void ForAll<T>(this Gen<T> gen, Action<T> check, long iter = 100, Func<T, string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        CheckCases(gen, check, CaseSequence.Of(file, method, iter), print);

    /// <summary>The same, of a predicate: a case for which it is false fails.</summary>
    public static void ForAll<T>(this Gen<T> gen, Func<T, bool> holds, long iter = 100, Func<T, string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => Assert.True(holds(t), "the property is false"), iter, print, file, method);

    /// <summary>The same, of a given sequence.</summary>
    public static void CheckCases<T>(Gen<T> gen, Action<T> check, CaseSequence cases, Func<T, string>? print = null)
    {
        if (Check.Seed is not null)
        {
            gen.Sample(check, iter: cases.Count, print: print);
            return;
        }

        var first = new FirstFailure<T>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            TaskScheduler = TaskScheduler.Default,
        };
        Parallel.For(0, cases.Count, options, (index, loop) =>
        {
            if (cases.ComesTooLate(index))
                return;
            var source = cases.Source(index);
            string seed = source.ToString();
            var drawn = gen.Generate(source, null, out _);
            try
            {
                check(drawn);
            }
            // The report is this loop's own: whatever a check throws is a failure of its case.
            catch (Exception failure)
            {
                first.Add(new(index, seed, drawn, failure));
                // Cases before this one are still checked: the first failure is the same however threads run.
                loop.Break();
            }
        });
        if (first.Found is { } found)
        {
            throw found.Report(cases, print,
                () => gen.Sample(check, seed: found.Seed, iter: cases.Fewest, print: print));
        }
    }

    /// <summary>Checks cases one after another.</summary>
    /// <inheritdoc cref="ForAll{T}(Gen{T},Action{T},long,Func{T,string},string,string)"/>
    public static Task ForAllAsync<T>(this Gen<T> gen, Func<T, Task> check, long iter = 100,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        CheckCasesAsync(gen, check, CaseSequence.Of(file, method, iter));

    /// <summary>The same, of a given sequence.</summary>
    public static async Task CheckCasesAsync<T>(Gen<T> gen, Func<T, Task> check, CaseSequence cases)
    {
        if (Check.Seed is not null)
        {
            await gen.SampleAsync(check, iter: cases.Count, threads: 1);
            return;
        }

        for (long index = 0; index < cases.Count && !cases.ComesTooLate(index); index++)
        {
            var source = cases.Source(index);
            string seed = source.ToString();
            var drawn = gen.Generate(source, null, out _);
            try
            {
                await check(drawn);
            }
            catch (Exception failure)
            {
                throw new FailedCase<T>(index, seed, drawn, failure).Report(cases, null,
                    () => gen.SampleAsync(check, seed: seed, iter: cases.Fewest, threads: 1)
                        .GetAwaiter().GetResult());
            }
        }
    }
}

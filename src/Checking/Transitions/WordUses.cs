using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>How the programs of a protocol use its own words.</summary>
public sealed class WordUses
{
    private readonly ProtocolScript _script;

    public WordUses(ProtocolScript script)
    {
        _script = script;
        Names = [.. script.AllSteps.Select(s => WordName.In(s.Step)).OfType<string>().Distinct()];
        if (Names.Length > WordName.MaxWords)
            throw new ModelLimitException(
                $"expected at most {WordName.MaxWords} words beside the flag, found {Names.Length}");
    }

    /// <summary>The names of the words.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>What a word is compared with.</summary>
    public IEnumerable<WordOperand> ComparedWith(string word) =>
        _script.AllSteps.Select(s => s.Step switch
        {
            AwaitWord wait when wait.Name == word => wait.Operand,
            SkipUnlessWord skip when skip.Name == word => skip.Operand,
            _ => (WordOperand?)null,
        }).OfType<WordOperand>();

    /// <summary>
    /// Whether each wait for the number of CPUs is over exactly when every CPU has added to its word: only CPU 0 waits,
    /// no CPU sets the word, and each CPU adds to it once, CPU 0 before its wait if it is counted.
    /// </summary>
    public bool CountEveryCpu =>
        _script.Others.SelectMany(p => p).All(s => !Compares(s.Step))
            && !_script.BootCpu.Any(s => s.Step is SkipUnlessWord { Operand.OfCpus: true })
            && Enumerable.Range(0, _script.BootCpu.Length).All(IsWaitForEveryCpu);

    /// <summary>Whether a phase that a CPU may skip has a step by which the CPU counts itself.</summary>
    public bool MaySkipCounting => _script.Others.Append(_script.BootCpu).Append(_script.Handler).Any(
        program => Enumerable.Range(0, program.Length).Any(
            i => program[i].Step is SkipUnless or SkipUnlessWord
                && program[i..ProgramGraph.EndOfPhase(program, i)].Any(
                    s => s.Step is CountIn or RaiseFlag or AddToWord)));

    /// <summary>
    /// The one store that ends a wait for a number: CPU 0 sets the word to it, and no other step changes the word.
    /// </summary>
    internal DescriptorStore? EndOf(AwaitWord wait, ImmutableArray<DescriptorStore> ofBootCpu)
    {
        bool isOneChange = wait.Operand is { OfCpus: false, Number: > 0 }
            && _script.AllSteps.Count(s => Changes(s.Step, wait.Name)) == 1;
        return isOneChange ? ofBootCpu.FirstOrDefault(s => s.Sets == (wait.Name, wait.Operand.Number)) : null;
    }

    // Every CPU but CPU 0 takes one interrupt, whose handler therefore runs once.
    private bool IsOneInterrupt => _script.AllSteps.Count(s => s.Step is SendIpi) == 1
        && _script.BootCpu.Any(s => s.Step is SendIpi);

    private bool IsWaitForEveryCpu(int at)
    {
        if (_script.BootCpu[at].Step is not AwaitWord { Operand: { OfCpus: true } operand } wait)
            return true;
        bool isCounted = operand == WordOperand.AllCpus;
        return !_script.AllSteps.Any(s => s.Step is SetWord set && set.Name == wait.Name)
            && _script.Others.All(p => p.Concat(_script.Handler).Count(s => Changes(s.Step, wait.Name)) == 1)
            && (IsOneInterrupt || !_script.Handler.Any(s => Changes(s.Step, wait.Name)))
            && _script.BootCpu.Count(s => Changes(s.Step, wait.Name)) == (isCounted ? 1 : 0)
            && _script.BootCpu[..at].Count(s => Changes(s.Step, wait.Name)) == (isCounted ? 1 : 0);
    }

    private static bool Compares(Step step) =>
        step is AwaitWord { Operand.OfCpus: true } or SkipUnlessWord { Operand.OfCpus: true };

    private static bool Changes(Step step, string word) => step is SetWord or AddToWord && WordName.In(step) == word;
}

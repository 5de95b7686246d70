using System.Text.RegularExpressions;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>SWP, LDADD, LDSET, LDCLR and CAS with their A and L, and the forms that return nothing.</summary>
internal static partial class AtomicText
{
    public static Step? Read(string name, IReadOnlyList<string> operands)
    {
        var match = Name().Match(name);
        if (!match.Success)
            return null;
        var (acquire, release) = (match.Groups["a"].Success, match.Groups["l"].Success);
        if (match.Groups["cas"].Success)
        {
            return operands is [var old, var replacement, var word]
                ? new Step.CompareAndSwap(
                    StepText.Register(old), StepText.Register(replacement), StepText.Target(word), acquire, release)
                : null;
        }
        var returns = match.Groups["ld"].Success;
        var kind = (returns ? match.Groups["ld"] : match.Groups["st"]).Value switch
        {
            "SWP" => AtomicKind.Swap,
            "LDADD" or "STADD" => AtomicKind.Add,
            "LDSET" or "STSET" => AtomicKind.Set,
            "LDCLR" or "STCLR" => AtomicKind.Clear,
            var other => throw new NotExpressibleException(other),
        };
        return (returns, operands) switch
        {
            (true, [var from, var to, var on]) => new Step.Atomic(
                kind, StepText.Register(from), StepText.Register(to), StepText.Target(on), acquire, release),
            (false, [var from, var on]) => new Step.Atomic(
                kind, StepText.Register(from), Register.Zero, StepText.Target(on), acquire, release),
            _ => null,
        };
    }

    [GeneratedRegex("^(?:(?<ld>SWP|LDADD|LDSET|LDCLR)|(?<st>STADD|STSET|STCLR)|(?<cas>CAS))(?<a>A)?(?<l>L)?$")]
    private static partial Regex Name();
}

using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Syndromes;

/// <summary>An ESR in words.</summary>
internal static class SyndromeWords
{
    public static Explanation Explain(ExceptionSyndrome esr) =>
        new(ExplainedKind.Syndrome, Hex(esr.Bits), Summary(esr))
        {
            Sections = [Section(esr)],
            Rules = Rules(esr),
            Commands = Commands(esr),
        };

    /// <summary>"A store took a translation fault, level 3." and what that means.</summary>
    public static string Summary(ExceptionSyndrome esr) => esr switch
    {
        { IsAbort: true, OnWalkOfStage1: true } =>
            $"The walk of stage 1 for {(esr.IsDataAbort ? "a data access" : "an instruction fetch")} took " +
            $"{esr.Fault.WithArticle}, of stage 2. {FaultWords.OfStage2(esr.Fault.Kind)}",
        _ when AbortFields.CauseBesideDescriptor(esr) is { } cause =>
            $"{Access(esr)} took {esr.Fault.WithArticle}. {cause}",
        { IsInstructionAbort: true, Fault.Kind: FaultKind.Permission } =>
            $"{Access(esr)} took {esr.Fault.WithArticle}. {FaultWords.ExecutionForbidden}",
        { IsAbort: true } => $"{Access(esr)} took {esr.Fault.WithArticle}. {FaultWords.Of(esr.Fault)}",
        { IsSError: true } => SErrorWords.Summary(esr),
        _ => $"{Capital(ExceptionClasses.Name(esr.Class) ?? "an exception class that is not allocated")}."
            + (ClassFields.User(esr) is { } user ? $" Linux uses it for {user}." : ""),
    };

    /// <summary>The rules about a fault; those of stage 1 do not explain one of stage 2.</summary>
    public static ImmutableArray<ArmRule> Rules(ExceptionSyndrome esr) =>
        esr.IsFaultOfStage1 && AbortFields.CauseBesideDescriptor(esr) is null
        ? [.. FaultWords.Labels(esr.Fault.Kind).Select(ArmRules.Of)] : [];

    /// <summary>Commands with which one goes on; none of them reads tables of stage 2.</summary>
    public static ImmutableArray<string> Commands(ExceptionSyndrome esr) =>
        esr.IsFaultOfStage1 ? FaultWords.Commands(esr.Fault.Kind) : [];

    /// <summary>The fields of the register.</summary>
    public static ExplanationSection Section(ExceptionSyndrome esr) =>
        new($"ESR {Hex(esr.Bits)}", [.. Fields(esr)], []);

    private static IEnumerable<ExplainedField> Fields(ExceptionSyndrome esr)
    {
        yield return new("EC", Hex((ulong)esr.Class), ExceptionClasses.Name(esr.Class) ?? "not allocated");
        yield return new("IL", One(esr.Is32Bit), esr.LengthIsFixed ? "without meaning for this exception"
            : esr.Is32Bit ? "a 32-bit instruction" : "a 16-bit instruction");
        if (esr.IsSError)
        {
            foreach (var field in SErrorWords.Fields(esr))
                yield return field;
            yield break;
        }

        foreach (var field in esr.IsAbort ? AbortFields.Of(esr) : ClassFields.Of(esr))
            yield return field;
        if (esr.Bits >> 56 != 0)
            yield return new("bits 63:56", Hex(esr.Bits >> 56), "reserved: no CPU sets them, so this may be no ESR");
    }

    private static string Access(ExceptionSyndrome esr) => esr switch
    {
        { IsInstructionAbort: true } => "An instruction fetch",
        { IsCacheMaintenance: true } => "A cache maintenance instruction",
        { IsWrite: true } => "A store",
        _ => "A load",
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string One(bool value) => value ? "1" : "0";

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}

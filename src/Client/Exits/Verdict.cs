using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Exits;

/// <summary>What a verb that judges says in the end; docs/verdicts.md lists the words.</summary>
internal enum Verdict
{
    /// <summary>No rule and no property is broken.</summary>
    Holds,

    /// <summary>A rule or a property is broken.</summary>
    Violated,

    /// <summary>Time or memory ran out before there was an answer.</summary>
    NotDecided,
}

/// <summary>The words of verdicts in JSON, and their exit codes.</summary>
internal static class VerdictWords
{
    /// <summary>holds, violated or notDecided.</summary>
    public static string Json(this Verdict verdict) => verdict switch
    {
        Verdict.Holds => "holds",
        Verdict.Violated => "violated",
        Verdict.NotDecided => "notDecided",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
    };

    /// <summary>legal or violation: the two words that lint's JSON has for holds and violated.</summary>
    public static string OfTrace(this Verdict verdict) => verdict == Verdict.Holds ? "legal" : "violation";

    /// <summary>The exit code of a command that ends with the verdict.</summary>
    public static int Code(this Verdict verdict) => verdict switch
    {
        Verdict.Holds => ExitCode.Done,
        Verdict.Violated => ExitCode.Violated,
        Verdict.NotDecided => ExitCode.NotDecided,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
    };

    /// <summary>The verdict of a check.</summary>
    public static Verdict Of(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Holds => Verdict.Holds,
        CheckVerdict.Violated => Verdict.Violated,
        CheckVerdict.NotDecided => Verdict.NotDecided,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
    };

    /// <summary>The verdict of a verb that lists what it found to be wrong.</summary>
    public static Verdict Of(bool isViolated) => isViolated ? Verdict.Violated : Verdict.Holds;
}

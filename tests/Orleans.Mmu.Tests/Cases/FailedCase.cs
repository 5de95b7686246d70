using CsCheck;

namespace Orleans.Mmu.Tests.Cases;

/// <summary>A case on which a check threw.</summary>
/// <param name="Seed">From what CsCheck draws it again.</param>
internal sealed record FailedCase<T>(long Index, string Seed, T Drawn, Exception Failure)
{
    private const int LongestText = 5000;

    /// <summary>What the test throws: the case, how to draw it again, and a smaller one.</summary>
    /// <param name="shrink">Lets CsCheck check the case and look for smaller ones; throws what it finds.</param>
    public CsCheckException Report(CaseSequence cases, Func<T, string>? print, Action shrink)
    {
        string text = (print ?? Check.Print)(Drawn);
        return new($"""
            Case {Index} of the {cases.Count} of {cases.Property}, MMU_CASES_SEED={cases.Settings.Seed}:
            {(text.Length <= LongestText ? text : text[..LongestText] + " …")}
            {Failure.Message}
            The case alone is CsCheck_Seed={Seed}. {Smaller(shrink)}
            """, Failure);
    }

    private static string Smaller(Action shrink)
    {
        try
        {
            shrink();
            return "It does not fail a second time: the check depends on more than the case.";
        }
        catch (CsCheckException smaller)
        {
            return $"CsCheck looked for smaller ones: {smaller.Message}\n{smaller.InnerException?.Message}";
        }
    }
}

/// <summary>The failed case with the smallest index, of those that threads add.</summary>
internal sealed class FirstFailure<T>
{
    private readonly Lock _lock = new();

    public FailedCase<T>? Found { get; private set; }

    public void Add(FailedCase<T> failed)
    {
        lock (_lock)
        {
            if (Found is null || failed.Index < Found.Index)
                Found = failed;
        }
    }
}

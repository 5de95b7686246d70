namespace Orleans.Mmu.Client.Results;

/// <summary>How a case of a run in CI ended.</summary>
internal enum CaseVerdict
{
    /// <summary>As it should.</summary>
    Passed,

    /// <summary>Not as it should: something is violated, or differs from what was expected.</summary>
    Failed,

    /// <summary>Memory or time ran out before there was an answer.</summary>
    NotDecided,

    /// <summary>The input is wrong.</summary>
    Error,
}

/// <summary>One file or test that a verb judged, for reports that CI systems read.</summary>
/// <param name="Name">The test's name, or the file's.</param>
/// <param name="File">The file, as it was named or found.</param>
/// <param name="Rule">The rule or property that is broken; null where there is none.</param>
/// <param name="Message">What was found, in a sentence; null for a case that passed.</param>
internal sealed record JudgedCase(
    string Name, string File, CaseVerdict Verdict, string? Rule = null, string? Message = null)
{
    /// <summary>The line, from 1; null where it is about the whole file.</summary>
    public int? Line { get; init; }

    /// <summary>A place within a binary file: "0xffff000000000000-0xffff000000200000"; null for none.</summary>
    public string? Place { get; init; }
}

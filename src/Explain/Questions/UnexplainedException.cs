namespace Orleans.Mmu.Explain.Questions;

/// <summary>Nothing that can be explained has this form; the message says what was expected and found.</summary>
public sealed class UnexplainedException(string message) : Exception(message)
{
    /// <summary>Whether the text has no form that is known, so that it may be meant for something else.</summary>
    public bool IsUnknown { get; init; }
}

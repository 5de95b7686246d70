namespace Orleans.Mmu.Testing.Faults;

/// <summary>What may happen to a message.</summary>
public enum Fault
{
    None,

    /// <summary>Delivered twice, in no particular order; the first sending's answer counts.</summary>
    Duplicate,

    /// <summary>Delivered after others that were sent later.</summary>
    Delay,

    /// <summary>Delivered, but the answer is lost.</summary>
    LoseAnswer,

    /// <summary>Not delivered.</summary>
    Lose,

    /// <summary>The answer is lost now, and the message is delivered once more when the test says so.</summary>
    LoseAndReplay,
}

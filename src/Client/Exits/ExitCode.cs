namespace Orleans.Mmu.Client.Exits;

/// <summary>Exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>Done, or the property holds.</summary>
    public const int Done = 0;

    /// <summary>Bad usage or bad input; standard error has one line that says what.</summary>
    public const int BadInput = 1;

    /// <summary>A bug in this program.</summary>
    public const int InternalError = 2;

    /// <summary>A property was violated.</summary>
    public const int Violated = 3;

    /// <summary>Undecided: memory or time ran out, or neither a proof nor a counterexample was found.</summary>
    public const int NotDecided = 4;

    /// <summary>
    /// No silo answers, or the cluster lost what was asked for: running the command again may succeed.
    /// </summary>
    public const int TryAgain = 5;

    /// <summary>Cancelled by Ctrl-C: 128 + SIGINT, the shells' convention.</summary>
    public const int Cancelled = 130;
}

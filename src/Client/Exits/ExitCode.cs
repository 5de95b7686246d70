namespace Orleans.Mmu.Client.Exits;

/// <summary>What the process says to its caller.</summary>
public static class ExitCode
{
    /// <summary>Done, or the property holds.</summary>
    public const int Done = 0;

    /// <summary>Bad usage or bad input; one line on standard error says what.</summary>
    public const int BadInput = 1;

    /// <summary>A mistake of this program.</summary>
    public const int InternalError = 2;

    /// <summary>A property was violated.</summary>
    public const int Violated = 3;

    /// <summary>Neither: memory ran out, or no proof and no counterexample was found.</summary>
    public const int NotDecided = 4;

    /// <summary>Stopped by Ctrl-C: 128 + SIGINT, as shells count.</summary>
    public const int Cancelled = 130;
}

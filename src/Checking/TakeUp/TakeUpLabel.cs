namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>The kinds of transitions; a label is a kind, who makes it, and which message it is about.</summary>
internal enum TakeUpKind
{
    HandOut,
    Crash,
    CrashWithMessages,
    Read,
    ReadStale,
    Claim,
    ClaimTables,
    Answered,
    Silent,
    Split,
    OutOfMemory,
    Enter,
    EnterAtStale,
    End,
    Cancel,
    Refresh,
    Confirm,
    Perform,
    Abandon,
    Die,
    AskFlag,
    AskFlagOfStale,
    HearFlag,
    LoseMemory,
    GetFollower,
    AskStanding,
    AskStandingOfStale,
    HearStanding,
}

/// <summary>A label taken apart.</summary>
/// <param name="Who">A coordinator's epoch, or the place of a CPU's activation.</param>
/// <param name="Message">The epoch of a message; for <see cref="TakeUpKind.Perform"/> that and the command.</param>
internal readonly record struct TakeUpLabel(TakeUpKind Kind, int Who, int Message)
{
    public static TakeUpLabel Of(int label) => new((TakeUpKind)(label >> 16), label >> 8 & 0xff, label & 0xff);

    public static int Of(TakeUpKind kind, int who, int message = 0) => (int)kind << 16 | who << 8 | message;
}

using Orleans.Runtime.Messaging;
using Orleans.Storage;

namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// A call without an answer: it may have been performed or not, so only what can be repeated is called like this. What
/// a grain says is wrong with the call is an answer, of whatever type.
/// </summary>
public static class CallFailures
{
    public static bool HasUnknownOutcome(Exception e) => e is TimeoutException || HasNoActivation(e);

    /// <summary>Whether no activation was there to answer: not a question of when, but of where.</summary>
    public static bool HasNoActivation(Exception e) =>
        // Orleans could not hand the call on, or no silo can hold the grain (SiloUnavailableException is one of these).
        e is OrleansMessageRejectionException
            // No connection came about, or it broke.
            or ConnectionFailedException
            // A gateway sheds load.
            or GatewayTooBusyException
            // The silo stops while the grain is being activated.
            or OrleansLifecycleCanceledException
            // Another activation wrote the grain's state, or took its run up; Orleans ends the one that was called.
            or InconsistentStateException or OvertakenException
        // Orleans's directory ("not stable ... Retry later", a hop limit) and its storage bridge throw the base itself.
        || e.GetType() == typeof(OrleansException);
}

using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Viewer.Counterexamples;

/// <summary>What an event does for a violation.</summary>
internal enum EventRole
{
    /// <summary>A step of the protocol on the way there.</summary>
    Ordinary,

    /// <summary>A walk or a share that brings one of the entries.</summary>
    Fills,

    /// <summary>The step that performs the store that makes the violation possible.</summary>
    DecisiveStep,

    /// <summary>The moment at which walks may see that store.</summary>
    DecisiveStore,

    /// <summary>The last walk or share before the violation.</summary>
    LastFill,

    /// <summary>The moment at which the property is violated.</summary>
    Violates,
}

/// <summary>The role of each event of a counterexample.</summary>
internal static class EventRoles
{
    /// <param name="index">The event's index.</param>
    public static EventRole Of(Counterexample counterexample, int index) => counterexample.Events[index].Kind switch
    {
        EventKind.Violation => EventRole.Violates,
        EventKind.Store when counterexample.DecisiveStore == index => EventRole.DecisiveStore,
        EventKind.Step when counterexample.DecisiveStep == index => EventRole.DecisiveStep,
        EventKind.Walk or EventKind.Share => IsLastFill(counterexample, index) ? EventRole.LastFill : EventRole.Fills,
        _ => EventRole.Ordinary,
    };

    /// <summary>Who acts, and what: "CPU 1: flag += 1"; a violation's sentence names its CPU itself.</summary>
    public static string Sentence(CounterexampleEvent happened) =>
        happened.Kind == EventKind.Violation ? happened.Action : $"CPU {happened.Cpu}: {happened.Action}";

    /// <summary>The badge beside the event; empty for an ordinary one.</summary>
    /// <param name="isConflict">Whether two entries for one address are the violation.</param>
    public static string Badge(EventRole role, bool isConflict) => role switch
    {
        EventRole.Ordinary => "",
        EventRole.Fills => "speculation",
        EventRole.DecisiveStep => "the store behind it",
        EventRole.DecisiveStore => "walks may see that store",
        EventRole.LastFill => isConflict ? "this load makes the conflict" : "the last load before it",
        EventRole.Violates => "violation",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "no such role"),
    };

    /// <summary>The index of the event that explains a violation best: its last load, else the violation.</summary>
    public static int Deciding(Counterexample counterexample) => Enumerable.Range(0, counterexample.Events.Length)
        .FirstOrDefault(i => Of(counterexample, i) == EventRole.LastFill, counterexample.Events.Length - 1);

    private static bool IsLastFill(Counterexample counterexample, int index)
    {
        for (int i = index + 1; i < counterexample.Events.Length; i++)
        {
            if (counterexample.Events[i].Kind is EventKind.Walk or EventKind.Share)
                return false;
        }

        return true;
    }
}

using Orleans.Mmu.Arm.Choices;

namespace Orleans.Mmu.Costs.Decay;

/// <summary>Events that change a linear map while a kernel runs.</summary>
/// <param name="Modules">Modules that are loaded; half of them are unloaded again.</param>
/// <param name="Programs">BPF programs that are loaded; half of them are unloaded again.</param>
/// <param name="Secrets">Pages that become secret memory; half of them are given back.</param>
/// <param name="Seed">Decides the order of events, and sizes.</param>
/// <param name="Fresh">
/// Whether memory is allocated contiguously, as shortly after boot; otherwise it is scattered.
/// </param>
public sealed record DecayPlan(int Modules, int Programs, int Secrets, ulong Seed, bool Fresh)
{
    /// <summary>The maximum number of events.</summary>
    public const int MaxEvents = 100_000;

    /// <summary>The events, in order.</summary>
    internal IEnumerable<DecayEvent> Events()
    {
        var choice = new SeededChoice(Seed);
        List<DecayEventKind> loads =
        [
            .. Enumerable.Repeat(DecayEventKind.LoadModule, Modules),
            .. Enumerable.Repeat(DecayEventKind.LoadProgram, Programs),
            .. Enumerable.Repeat(DecayEventKind.TakeSecret, Secrets),
        ];
        for (int left = loads.Count; left > 0; left--)
        {
            int which = choice.Index(left, Purpose.Victim, left);
            yield return new(loads[which], left, IsUndo: false);
            // After every second load of a kind, the last one loaded is unloaded again.
            if (choice.Index(2, Purpose.Hunter, left) == 0)
                yield return new(loads[which], left, IsUndo: true);
            loads[which] = loads[left - 1];
        }
    }
}

/// <summary>One event.</summary>
/// <param name="Number">Distinguishes it from other events, for hashed choices.</param>
/// <param name="IsUndo">Whether something of this kind is removed.</param>
internal readonly record struct DecayEvent(DecayEventKind Kind, int Number, bool IsUndo)
{
    public override string ToString() => (Kind, IsUndo) switch
    {
        (DecayEventKind.LoadModule, false) => "module loaded",
        (DecayEventKind.LoadModule, true) => "module unloaded",
        (DecayEventKind.LoadProgram, false) => "BPF program loaded",
        (DecayEventKind.LoadProgram, true) => "BPF program unloaded",
        (_, false) => "secret page taken",
        _ => "secret page given back",
    };
}

/// <summary>The kinds of events.</summary>
internal enum DecayEventKind
{
    LoadModule,
    LoadProgram,
    TakeSecret,
}

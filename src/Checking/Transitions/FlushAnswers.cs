using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The waits by which a CPU learns that other CPUs have flushed since a store of its own: for a word, the flag or the
/// release, that a program changes behind a TLBI which comes after the store; or that a third program passes on. A
/// TLBI comes after the store where its program waits before it for something that follows the store. A lock is no
/// answer, because its order depends on who takes it first.
/// </summary>
internal sealed class FlushAnswers
{
    private readonly ImmutableArray<ScriptStep> _program;
    private readonly ImmutableArray<Program> _others;
    private readonly int _announced;
    private readonly Dictionary<int, ImmutableArray<uint>> _answers = [];

    // A program of other CPUs, with the step from which stop_machine() lets it run.
    private readonly record struct Program(ImmutableArray<ScriptStep> Steps, int Start, bool IsHandler);

    public FlushAnswers(ImmutableArray<ScriptStep> program, ProtocolScript script)
    {
        _program = program;
        _others =
        [
            .. script.Others.Prepend(script.BootCpu).Where(p => p != program || p == script.Secondaries)
                .Select(p => new Program(
                    p, p == script.BootCpu ? -1 : Math.Max(0, p.LastIndex(p.Length, s => s is Stopped)), false)),
            new(script.Handler, -1, IsHandler: true),
        ];
        _announced = program != script.BootCpu ? 0
            : 1 + program.ToList().FindLastIndex(s => s.Phase == ProtocolScript.Announcement);
    }

    /// <summary>The programs whose flush the CPU waits for at a step after a store, as a mask.</summary>
    /// <param name="store">The store's step.</param>
    /// <param name="step">A step of the same program.</param>
    public uint At(int store, int step)
    {
        if (!_answers.TryGetValue(store, out var answers))
            _answers.Add(store, answers = After(store));
        return answers[step];
    }

    /// <summary>The programs whose flush the CPU waits for at some step after a store, as a mask.</summary>
    public uint Awaited(int store) => Enumerable.Range(store, _program.Length - store)
        .Aggregate(0u, (mask, step) => mask | At(store, step));

    private ImmutableArray<uint> After(int store)
    {
        // What follows the store, and whose flush it tells of.
        var signals = new Dictionary<FlushSignal, uint>();
        foreach (var (step, _) in _program[(store + 1)..])
            Emit(signals, step, 0);
        for (bool grows = true; grows;)
        {
            grows = false;
            for (int i = 0; i < _others.Length; i++)
                grows |= Follow(signals, i, store);
        }

        return [.. _program.Select((s, i) => i > store ? Told(signals, s.Step) ?? 0 : 0)];
    }

    // Adds what a program tells others after the store.
    private bool Follow(Dictionary<FlushSignal, uint> signals, int number, int store)
    {
        var (steps, start, isHandler) = _others[number];
        bool follows = isHandler && signals.ContainsKey(FlushSignal.Interrupt);
        bool grows = false;
        uint flushes = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            var step = steps[i].Step;
            follows |= i == start && store < _announced;
            if (Told(signals, step) is { } told)
                (follows, flushes) = (true, flushes | told);
            if (!follows)
                continue;
            flushes |= step.Has(StepEffects.InvalidatesTlb) ? 1u << number : 0;
            grows |= Emit(signals, step, flushes);
        }

        return grows;
    }

    // Whose flush a step waits for; null where it waits for nothing that follows the store.
    private static uint? Told(Dictionary<FlushSignal, uint> signals, Step step)
    {
        uint? told = null;
        foreach (var (_, flushes) in signals.Where(s => s.Key.IsAwaitedBy(step)))
            told = (told ?? 0) | flushes;
        return told;
    }

    private static bool Emit(Dictionary<FlushSignal, uint> signals, Step step, uint flushes)
    {
        if (FlushSignal.EmittedBy(step) is not { } signal)
            return false;
        bool isKnown = signals.TryGetValue(signal, out uint before);
        signals[signal] = before | flushes;
        return !isKnown || (flushes & ~before) != 0;
    }
}

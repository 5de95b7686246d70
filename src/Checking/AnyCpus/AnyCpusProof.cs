using System.Collections.Immutable;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.AnyCpus;

/// <summary>The result of the proof.</summary>
/// <param name="Holds">
/// Whether no machine of any number of CPUs violates a property; false if that could not be shown.
/// </param>
/// <param name="States">Pairs of the shared part and one other CPU that were explored.</param>
/// <param name="Suspects">Properties that could not be shown, as bits.</param>
/// <param name="Limit">Why the proof does not cover the protocol; null where it was tried.</param>
internal sealed record AnyCpusResult(bool Holds, long States, ulong Suspects, string? Limit = null);

/// <summary>
/// Proves a protocol for every number of CPUs. Secondaries affect each other only through memory, the flag, the locks
/// and CPU 0, or CPU 1 if it stores descriptors as well. So it is enough to explore every pair of the shared state and
/// one CPU, and to apply to each pair what any other CPU may do to the shared state (thread-modular reasoning). Each
/// state of each machine is a set of such pairs; a property that no pair violates holds on every machine.
/// </summary>
internal sealed class AnyCpusProof
{
    private const ulong Stuck = 1UL << 63;

    private readonly ImmutableArray<ProjectedSystem> _systems;
    private readonly Dictionary<SharedState, Meeting> _meetings = [];
    private readonly HashSet<(int System, Bits256 State)> _seen = [];
    private readonly Queue<(int System, Bits256 State)> _open = [];

    private AnyCpusProof(MachineModel model)
    {
        var others = model.SeveralWriters ? model.Secondaries : model.Kinds.Where(k => k != model.BootCpu);
        _systems = [.. others.Select(k => new ProjectedSystem(model, k))];
    }

    /// <param name="strict">Whether notes count as violations.</param>
    public static AnyCpusResult Of(MachineModel model, bool strict, CancellationToken cancellationToken)
    {
        if (LimitOf(model) is { } limit)
            return new(false, 0, 0, limit);
        var proof = new AnyCpusProof(model);
        proof.Explore(model, cancellationToken);
        ulong suspects = proof.Suspects(model);
        return new((strict ? suspects : suspects & ~MachineProperties.Notes) == 0, proof._seen.Count, suspects);
    }

    private static string? LimitOf(MachineModel model) => WritesBesideTwo(model)
        ? "secondaries store descriptors, broadcast TLBIs or send interrupts"
        : model.Words.MaySkipCounting ? "a CPU may skip a phase in which it adds to a word or counts in"
        : !model.Words.CountEveryCpu
            ? "a wait for the number of CPUs is proved where the boot CPU alone waits for it and every CPU adds once"
            : model is { SeveralWriters: true, Outsider: not null } && SharesBesideBootCpu(model)
                ? "other CPUs share their entries (CnP) while the boot CPU does not, and CPU 1 has a program of its own"
                : null;

    // Entries that secondaries share reach the pair through CPU 0 while it shares; otherwise another CPU's are added.
    private static bool SharesBesideBootCpu(MachineModel model) =>
        model.Kinds.Any(k => k.Points.Any(p => p.Shares)) && !model.BootCpu.Points.All(p => p.Shares);

    // The shared part has room for CPU 0 and CPU 1. Where every secondary stores descriptors, the store buffers and
    // TLBIs of any number of them act on the one that is modelled, and nothing is proved.
    private static bool WritesBesideTwo(MachineModel model) =>
        model.SeveralWriters && model.Secondaries.Any(k => k.Writer!.ActsOnOthers);

    private void Explore(MachineModel model, CancellationToken cancellationToken)
    {
        for (int i = 0; i < _systems.Length; i++)
            Add(i, _systems[i].Initial);
        while (_open.TryDequeue(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var system = _systems[next.System];
            var shared = system.SharedOf(next.State);
            var (byShared, byOther) = system.Successors(next.State);
            foreach (var state in byShared)
            {
                Add(next.System, state);
                foreach (var entries in _meetings[shared].Entries.ToList())
                    Add(next.System, system.WithShared(state, entries));
            }

            Share(next, shared);
            foreach (var state in byOther)
            {
                Add(next.System, state);
                var after = system.SharedOf(state);
                if (after != shared)
                    Disturb(shared, new(after, ByOutsider: system.Kind == model.Outsider), model);
            }

            foreach (var disturbance in _meetings[shared].Disturbances)
                Disturb(next, disturbance, model);
        }
    }

    private void Add(int system, Bits256 state)
    {
        if (!_seen.Add((system, state)))
            return;
        _open.Enqueue((system, state));
        var shared = _systems[system].SharedOf(state);
        if (!_meetings.TryGetValue(shared, out var meeting))
            _meetings[shared] = meeting = new Meeting();
        meeting.States.Add((system, state));
    }

    // While CPU 0 does not share, a CPU of the pair may use what any other CPU that shares may hold beside the same
    // shared part.
    private void Share((int System, Bits256 State) pair, SharedState shared)
    {
        var meeting = _meetings[shared];
        var system = _systems[pair.System];
        foreach (var entries in meeting.Entries.ToList())
            Add(pair.System, system.WithShared(pair.State, entries));
        if (system.SharedEntriesOf(pair.State) is not { } own || !meeting.Entries.Add(own))
            return;
        // What these do next may now bring more.
        foreach (var state in meeting.States)
            _open.Enqueue(state);
    }

    private void Disturb(SharedState shared, Disturbance disturbance, MachineModel model)
    {
        var meeting = _meetings[shared];
        if (!meeting.Disturbances.Add(disturbance))
            return;
        foreach (var state in meeting.States.ToList())
            Disturb(state, disturbance, model);
    }

    // There is only one outsider, so it does not disturb itself.
    private void Disturb((int System, Bits256 State) pair, Disturbance disturbance, MachineModel model)
    {
        if (!disturbance.ByOutsider || _systems[pair.System].Kind != model.Outsider)
            Add(pair.System, _systems[pair.System].Disturb(pair.State, disturbance.After));
    }

    // A shared state in which some CPU of the machine can be nowhere belongs to no machine.
    private ulong Suspects(MachineModel model)
    {
        ulong suspects = 0;
        int outsider = _systems.ToList().FindIndex(s => s.Kind == model.Outsider);
        foreach (var meeting in _meetings.Values)
        {
            if (outsider >= 0 && meeting.States.All(s => s.System != outsider))
                continue;
            foreach (var (system, state) in meeting.States)
            {
                suspects |= _systems[system].Violations(state);
                var (byShared, byOther) = _systems[system].Successors(state);
                if (byShared.Count == 0 && byOther.Count == 0 && !_systems[system].IsFinal(state))
                    suspects |= Stuck;
            }
        }

        return suspects;
    }

    private readonly record struct Disturbance(SharedState After, bool ByOutsider);

    private sealed class Meeting
    {
        public List<(int System, Bits256 State)> States { get; } = [];

        public HashSet<Disturbance> Disturbances { get; } = [];

        /// <summary>What CPUs that share without CPU 0 hold, and what a broadcast TLBI leaves of it.</summary>
        public HashSet<(uint Held, uint Left)> Entries { get; } = [];
    }
}

using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Counterexamples;

/// <summary>
/// Turns a path of the explorer into a counterexample: steps, stores, the relevant speculative walks, and the
/// violation.
/// </summary>
internal sealed class CounterexampleBuilder
{
    private readonly MachineSystem _system;
    private readonly IReadOnlyList<PathTransition<Bits256>> _path;
    private readonly Property _property;
    private readonly PathTables _tables;

    private CounterexampleBuilder(
        MachineSystem system, IReadOnlyList<PathTransition<Bits256>> path, Property property)
    {
        (_system, _path, _property) = (system, path, property);
        _tables = new(system, path.Select(p => system.Unpacked(p.State).Memory));
    }

    public static Counterexample Of(
        MachineSystem system, IReadOnlyList<PathTransition<Bits256>> path, Property property) =>
        new CounterexampleBuilder(system, path, property).Build();

    private Counterexample Build()
    {
        var state = _system.Unpacked(_path[^1].State);
        var site = ViolationSite.Of(_system, _property, state);
        var witness = new Witness(_system, [.. _path.Select(p => p.State)]);
        var fills = site.Entries.SelectMany(e => witness.Of(site.Cpu ?? 0, e, _path.Count - 1)).Distinct()
            .ToLookup(f => f.After);
        var events = ImmutableArray.CreateBuilder<CounterexampleEvent>();
        for (int i = 0; i < _path.Count; i++)
        {
            var tables = _tables.At(i);
            if (i > 0)
                events.Add(Transition(i) with { Tables = tables });
            foreach (var fill in fills[i])
                events.Add(FillEvent(fill, i) with { Tables = tables });
        }

        events.Add(new(site.Cpu ?? 0, EventKind.Violation, site.Message, site.Rule, "", Lanes(_path.Count - 1))
        {
            Address = site.Entries.IsEmpty ? null : Address(site.Entries[^1]),
            Tables = _tables.At(_path.Count - 1),
        });
        var walked = site.Entries.Select(Walked).ToImmutableArray();
        return new(
            _property, site.Cpu, site.Message, Explain(site.Rule, walked),
            events.ToImmutable())
        {
            Entries = walked,
        };
    }

    private CounterexampleEvent Transition(int index)
    {
        int label = _path[index].Label;
        if (_system.StoreOf(label) is { } store)
        {
            var value = store.Word?.Descriptor(_system.Model.Universe.Machine, store.Content);
            string bits = value is { } v && store.Content != WordContent.Freed ? $", {v}" : "";
            string what = store.Unlocks is null && store.Sets is null ? "walkers may see" : "CPUs may see";
            return new(
                MachineSystem.CpuOf(label), EventKind.Store, $"{what} {store}{bits}",
                store.Word is null ? "R_SPVBD" : "R_TGRMW", "", Lanes(index))
            {
                Store = store.Word is { } word
                    ? new(word.ToString(), store.Content.ToString(), word.Location(_system.Model.Universe.Machine))
                    : null,
                Value = value,
            };
        }

        int cpu = MachineSystem.CpuOf(label);
        var kind = _system.Kinds[cpu];
        int before = _system.Unpacked(_path[index - 1].State).Cpus[cpu].Point;
        if (MachineSystem.IsInterrupt(label))
            return new(cpu, EventKind.Interrupt, "takes the interrupt", "I_RBMTM", "", Lanes(index));
        if (kind.StepAt(before) is not { } step)
            return new(cpu, EventKind.Interrupt, "returns from the interrupt", "I_RBMTM", "", Lanes(index));
        return new(cpu, EventKind.Step, step.Text, StepRule.Of(step), kind.PhaseAt(before), Lanes(index))
        {
            Step = step.Text,
            StepCode = step.Code,
        };
    }

    private CounterexampleEvent FillEvent(Fill fill, int index)
    {
        var va = Address(fill.Entry);
        if (fill.From is { } other)
        {
            return new(
                fill.Cpu, EventKind.Share,
                $"uses the {fill.Entry.Name} that CPU {other} has cached: both roots carry CnP", "R_QLGWZ", "",
                Lanes(index))
            {
                Address = va,
            };
        }

        string from = fill.FromCache is { } table ? $", from its cached entry {table.Name}" : "";
        return new(
            fill.Cpu, EventKind.Walk, $"speculative load of {va}{from}: the walk caches a {fill.Entry.Name}", "R_SQBCS",
            "", Lanes(index))
        {
            Address = va,
            FromCache = fill.FromCache is not null,
        };
    }

    private VirtualAddress Address(WatchedEntry entry) =>
        entry.Entry.IsTable || !entry.Entry.Level.IsLast || entry.Word is not { } word
        ? entry.Entry.Start : entry.Entry.Members == UInt128.MaxValue ? word.Address(_system.Model.Universe.Machine)
        : new WatchedWord(word.Range, BitOperations.TrailingZeroCount((uint)entry.Entry.Members))
            .Address(_system.Model.Universe.Machine);

    private ImmutableArray<string> Explain(string rule, ImmutableArray<WalkedEntry> entries)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var (entry, i) in entries.Select((e, i) => (e, i + 1)))
        {
            lines.Add($"entry {i}: {entry.Name} [{entry.Start}, {entry.Last}] -> {entry.Output}");
            lines.Add($"         walked {string.Join(", ", entry.Walk.Select(d => $"level {d.Level} {d.Value}"))}");
        }

        lines.Add($"{_property.Name} ({rule}): {_property.Sentence}");
        return lines.ToImmutable();
    }

    private WalkedEntry Walked(WatchedEntry entry) =>
        new(entry.Name, entry.Entry.Start, entry.Entry.Last, entry.Entry.Output, [.. Walk(entry)]);

    // The descriptors that the walk for an entry read, from the root on.
    private IEnumerable<WalkedDescriptor> Walk(WatchedEntry entry)
    {
        if (entry.Parent >= 0)
        {
            foreach (var above in Walk(_system.Model.Universe.Entries[entry.Parent]))
                yield return above;
        }

        yield return new(entry.Entry.Level, entry.Entry.Descriptor);
    }

    private ImmutableArray<CpuLane> Lanes(int index)
    {
        var state = _system.Unpacked(_path[index].State);
        var lanes = ImmutableArray.CreateBuilder<CpuLane>(_system.Kinds.Length);
        for (int i = 0; i < _system.Kinds.Length; i++)
        {
            var kind = _system.Kinds[i];
            var point = kind.Points[state.Cpus[i].Point];
            string next = kind.StepAt(state.Cpus[i].Point)?.Text ?? "";
            lanes.Add(new(i, next, point.InIdmap ? "idmap" : "kernel", ViolationSite.Roots(point),
                [.. _system.Model.Universe.Names(state.Cpus[i].MaySet)], Pending(state, i, point)));
        }

        return lanes.MoveToImmutable();
    }

    private ImmutableArray<string> Pending(in ToyState state, int cpu, ProgramPoint point)
    {
        var pending = ImmutableArray.CreateBuilder<string>();
        if (point.LocalPending)
            pending.Add("tlbi, this CPU");
        for (int issuer = 0; issuer < _system.Kinds.Length; issuer++)
        {
            if (_system.Kinds[issuer].Points[state.Cpus[issuer].Point].BroadcastPending)
                pending.Add(_system.Model.SeveralWriters ? $"tlbi, broadcast by CPU {issuer}" : "tlbi, broadcast");
        }

        if (_system.Kinds[cpu].PlaceAt(state.Cpus[cpu].Point) is { IsPending: true } place)
            pending.Add(place.MayTake ? "interrupt" : "interrupt, masked");
        pending.AddRange(_system.Buffered(state, cpu).Select(s => $"store {s}"));
        return pending.ToImmutable();
    }
}

using System.Numerics;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// The machine whose memory is contents, with a store buffer for each CPU, says what the machine says in which only CPU
/// 0 stores and memory is the set of its stores.
/// </summary>
public sealed class SeveralWritersTests
{
    public static TheoryData<string> OneWriter =>
        [.. CheckedProtocols.All.Where(p => !p.Model(new()).SeveralWriters).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(OneWriter))]
    public void Protocols_of_one_writer_and_their_mutants_violate_the_same_properties(string name)
    {
        var protocol = CheckedProtocols.Find(name)!;
        foreach (var script in Mutant.Removals(protocol.Script).Select(m => m.Script).Prepend(protocol.Script))
        {
            var (one, several) = Models(protocol, script);

            Assert.False(one.SeveralWriters);
            Assert.True(several.SeveralWriters);
            Assert.Equal(Violations(one, protocol), Violations(several, protocol));
        }
    }

    // The static floor is the values since the issuer's last DSB, the dynamic one what memory held since then.
    [Theory]
    [MemberData(nameof(OneWriter))]
    public void A_TLBI_of_the_only_writer_leaves_what_its_place_in_the_program_says(string name)
    {
        var protocol = CheckedProtocols.Find(name)!;
        var (_, model) = Models(protocol, protocol.Script);
        var system = new MachineSystem(model, 2, protocol.Levels);
        var closure = new MayClosure(model);
        int compared = 0;
        foreach (var bits in Reachable(system))
        {
            var state = system.Unpacked(bits);
            var kind = system.Kinds[0];
            int at = state.Cpus[0].Point;
            if (at == kind.Program.Length || !kind.Program[at].Step.Has(StepEffects.InvalidatesTlb))
                continue;
            for (int cpu = 0; cpu < 2; cpu++)
            {
                var point = system.Kinds[cpu].Points[state.Cpus[cpu].Point];
                uint held = state.Cpus[cpu].MaySet;
                var windows = state.Writers[0].Windows;
                bool isLocal = kind.Writer!.HasOwnFloors && !ToyCpuKind.Broadcasts(kind.Program[at].Step);
                uint window = (isLocal ? windows.Local : windows.Broadcast) | ~model.Universe.OfWords;
                compared++;
                Assert.Equal(
                    closure.After(held, kind.Scope(at), kind.Keeps(at), point),
                    closure.After(held, kind.Scope(at), window, point));
            }
        }

        // In allocator-lock CPU 0 waits for ever, so it comes to no TLBI.
        bool invalidates = protocol.Script.BootCpu.Any(s => s.Step.Has(StepEffects.InvalidatesTlb));
        Assert.Equal(invalidates && name != "allocator-lock", compared > 0);
    }

    // A packed state leaves out what follows from the points and the may-sets.
    [Theory]
    [InlineData("two-splitters", 3)]
    [InlineData("two-splitters-unlocked", 3)]
    [InlineData("idmap-reserved", 2)]
    [InlineData("idmap-only", 2)]
    [InlineData("hot-remove", 3)]
    public void Packing_loses_nothing_of_a_successor(string name, int cpus)
    {
        var protocol = CheckedProtocols.Find(name)!;
        var (_, model) = Models(protocol, protocol.Script);
        var system = new MachineSystem(model, cpus, protocol.Levels);
        var flag = new CountedFlag(cpus, new(model, cpus));
        var transitions = new MachineTransitions(model, flag);
        var packing = new StatePacking(model, flag, system.Kinds);
        var kinds = system.Kinds.AsSpan();
        foreach (var bits in Reachable(system))
        {
            for (int cpu = 0; cpu < cpus; cpu++)
            {
                var state = system.Unpacked(bits);
                uint drainable = transitions.Drainable(state, kinds, cpu);
                if (drainable != 0)
                {
                    transitions.Drain(ref state, kinds, cpu, BitOperations.TrailingZeroCount(drainable));
                    AssertPacks(packing, state);
                    state = system.Unpacked(bits);
                }

                if (!transitions.CanStep(state, kinds, cpu))
                    continue;
                transitions.Step(ref state, kinds, cpu);
                AssertPacks(packing, state);
            }
        }
    }

    [Fact]
    public void A_store_of_the_last_CPU_decides_and_a_lock_is_free_after_its_owners_stores()
    {
        var protocol = CheckedProtocols.Find("two-splitters")!;
        var (_, model) = Models(protocol, protocol.Script);
        var system = new MachineSystem(model, 2, protocol.Levels);
        int taken = 0;
        foreach (var bits in Reachable(system))
        {
            var state = system.Unpacked(bits);
            // The boot CPU has the lock and has loaded the pmd.
            if (state.Cpus[0].Point < 2 || state.Cpus[1].Point < system.Kinds[1].Writer!.Target(1))
                continue;
            taken++;
            var held = model.View(state.Memory).Held;
            var pmd = new WatchedWord(RepaintRange.BelowText, -1);
            Assert.NotEqual(WordContent.Block, held[pmd]);
            Assert.True(held[pmd] == WordContent.Table
                || held[new(RepaintRange.BelowText, 1, true)] == WordContent.Page);
        }

        Assert.True(taken > 0);
    }

    private static void AssertPacks(StatePacking packing, in ToyState state)
    {
        var again = new ToyState(new ToyCpuState[state.Cpus.Length], new ToyWriterState[state.Writers.Length]);
        packing.Unpack(packing.Pack(state), ref again);
        Assert.Equal((state.Memory, state.Flag), (again.Memory, again.Flag));
        Assert.Equal(state.Cpus.ToArray(), again.Cpus.ToArray());
        for (int i = 0; i < state.Writers.Length; i++)
        {
            Assert.Equal(
                (state.Writers[i].Performed, state.Writers[i].Windows),
                (again.Writers[i].Performed, again.Writers[i].Windows));
            Assert.Equal(state.Writers[i].Removes, again.Writers[i].Removes);
            for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
                Assert.Equal(state.Writers[i].After[cpu], again.Writers[i].After[cpu]);
        }
    }

    private static (MachineModel One, MachineModel Several) Models(CheckedProtocol protocol, ProtocolScript script)
    {
        var one = protocol.Model(script, new());
        return (one, new(
            one.Universe, one.Scene, script, protocol.Levels, one.Flushed, cnp: true, remembersAll: false,
            keepsContents: true));
    }

    private static ulong Violations(MachineModel model, CheckedProtocol protocol)
    {
        var system = new MachineSystem(model, 2, protocol.Levels);
        return Reachable(system).Aggregate(0UL, (violated, state) => violated | system.Violations(state));
    }

    private static HashSet<Bits256> Reachable(MachineSystem system)
    {
        var seen = new HashSet<Bits256> { system.Initial };
        var open = new Queue<Bits256>(seen);
        var into = new SuccessorBuffer<Bits256>();
        while (open.TryDequeue(out var state))
        {
            into.Clear();
            system.Successors(state, into);
            foreach (var next in into.States)
            {
                if (seen.Add(next))
                    open.Enqueue(next);
            }
        }

        return seen;
    }
}

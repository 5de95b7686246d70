using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>What a CPU other than CPU 0 has itself invalidated serves its accesses until its ISB.</summary>
public sealed class LingeringEntryTests
{
    public static TheoryData<string> Protocols => [.. CheckedProtocols.All.Select(p => p.Name)];

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_parked_CPU_without_its_ISB_may_use_what_it_has_invalidated(bool hasIsb, bool stale)
    {
        var protocol = CheckedProtocols.Find("idmap-reserved")!;
        var script = protocol.Script;
        // CPU 0 invalidates for itself alone, so that the parked CPU's own TLBI is what counts.
        script = script with
        {
            BootCpu =
            [.. script.BootCpu.Select(s => s.Step == Tlbi.Broadcast ? s with { Step = Tlbi.Local } : s)]
        };
        if (!hasIsb)
        {
            int count = script.Secondaries.Select(s => s.Step).ToList().IndexOf(CountIn.Instance);
            Assert.Equal(Isb.Instance, script.Secondaries[count - 1].Step);
            script = script with { Secondaries = script.Secondaries.RemoveAt(count - 1) };
        }

        var model = protocol.Model(script, new());
        Assert.Equal(!hasIsb, model.Secondaries[0].Lingers);
        ulong note = 1UL << MachineProperties.Order.IndexOf(Property.StaleEntry);
        Assert.Equal(stale, (Violations(model, protocol) & note) != 0);
    }

    [Fact]
    public void A_broadcast_TLBI_of_CPU_0_takes_it_away()
    {
        var protocol = CheckedProtocols.Find("idmap-reserved")!;
        var script = protocol.Script;
        int count = script.Secondaries.Select(s => s.Step).ToList().IndexOf(CountIn.Instance);
        var model = protocol.Model(script with { Secondaries = script.Secondaries.RemoveAt(count - 1) }, new());

        Assert.True(model.Secondaries[0].Lingers);
        Assert.Equal(0UL, Violations(model, protocol));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_state_that_forgets_what_decides_nothing_finds_the_same(string name)
    {
        var protocol = CheckedProtocols.Find(name)!;
        var script = protocol.Script;
        var changed = Enumerable.Range(0, script.Secondaries.Length)
            .Where(i => script.Secondaries[i].Step is Isb or Dsb or Tlbi or CountIn or AwaitRelease)
            .Select(i => script with { Secondaries = script.Secondaries.RemoveAt(i) });
        foreach (var one in changed.Prepend(script))
        {
            var model = protocol.Model(one, new());
            var all = new MachineModel(
                model.Universe, model.Scene, one, protocol.Levels, model.Flushed, new CheckOptions().Cnp,
                remembersAll: true);
            Assert.All(all.Kinds, k => Assert.True(k.Lingers));
            Assert.Equal(Violations(all, protocol), Violations(model, protocol));
        }
    }

    private static ulong Violations(MachineModel model, CheckedProtocol protocol)
    {
        var system = new MachineSystem(model, 2, protocol.Levels);
        var seen = new HashSet<Bits256> { system.Initial };
        var open = new Queue<Bits256>(seen);
        var into = new SuccessorBuffer<Bits256>();
        ulong violated = 0;
        while (open.TryDequeue(out var state))
        {
            violated |= system.Violations(state);
            into.Clear();
            system.Successors(state, into);
            foreach (var next in into.States)
            {
                if (seen.Add(next))
                    open.Enqueue(next);
            }
        }

        return violated;
    }
}

using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Speculation.Work;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;
using Orleans.Serialization;

namespace Orleans.Mmu.Tests.Interfaces;

/// <summary>Values of the core, which knows nothing of Orleans, arrive on another silo as they left.</summary>
public sealed class SurrogateTests
{
    private static readonly Serializer Serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private static readonly VirtualAddress Va = new(0xffff_0000_4020_0000);

    private static readonly SpeculationPlan Plan = new(7, [Va], 2);

    [Fact]
    public void Every_step_arrives()
    {
        StepSequence all = (ImmutableArray<Step>)[.. Step.All];
        Assert.Equal(all, Arrived(all));
        Assert.Equal(default, Arrived<StepSequence>(default));
    }

    [Fact]
    public void A_step_that_is_not_known_arrives_as_one_that_no_interpreter_performs()
    {
        StepSequence sent = (ImmutableArray<Step>)[new ForeignStep("teleport:home")];
        var step = Assert.Single(Arrived(sent).Steps);
        Assert.Equal("teleport:home", step.Code);
        Assert.Throws<UnknownStepException>(() => { RunActions.Of(step); });
        Assert.DoesNotContain(step, Step.All);
    }

    [Fact]
    public void Every_kernel_call_arrives() => Assert.All(KernelCallTests.All, call =>
    {
        var arrived = Arrived(new KernelCallCommand(3, call, [0, 1], LeaveOutFlush: true));
        Assert.Equal((3, call, true), (arrived.Sequence, arrived.Call, arrived.LeaveOutFlush));
        Assert.Equal([0, 1], arrived.Cpus.AsEnumerable());
    });

    [Fact]
    public void A_window_arrives_with_its_plan_and_without_one()
    {
        foreach (var plan in new[] { Plan, null })
        {
            var arrived = Arrived(new RunWindow(4, "isb", 1, 2, [new(2, "split")], plan, IsRecorded: true));
            Assert.Equal((4, "isb", 1, 2, true), (arrived.Ordinal, arrived.After, arrived.OrderedVersion,
                arrived.CurrentVersion, arrived.IsRecorded));
            Assert.Equal(new PublishingStep(2, "split"), Assert.Single(arrived.Changes));
            Assert.Equal(plan?.Victims.AsEnumerable(), arrived.Plan?.Victims.AsEnumerable());
            Assert.Equal((plan?.Seed, plan?.Hunter), (arrived.Plan?.Seed, arrived.Plan?.Hunter));
        }
    }

    [Fact]
    public void An_event_arrives_with_its_TLB()
    {
        var entry = TlbEntry.Restore(Va, 16, Level.L3, new Descriptor(0x0060_0000_4020_0f13), new(0x4020_0000), 5,
            isTable: false, source: 9, members: UInt128.MaxValue >> 3);
        var arrived = Arrived(new RunEvent(1, RunEventKind.Window, "dsb ish", Va, [entry]));
        Assert.Equal((1, RunEventKind.Window, "dsb ish", Va),
            (arrived.Cpu, arrived.Kind, arrived.Text, arrived.Reached));
        Assert.Equal(entry, Assert.Single(arrived.Tlb));
    }

    [Fact]
    public void A_violation_arrives_with_its_property()
    {
        var sent = new Violation(Property.TlbConflict, 3, Va, "CPU 3 holds both", ["a block", "a page"]);
        var arrived = Arrived(sent);
        Assert.Equal((sent.Property, sent.Cpu, sent.Address, sent.Message),
            (arrived.Property, arrived.Cpu, arrived.Address, arrived.Message));
        Assert.Equal(sent.Explanation, arrived.Explanation.AsEnumerable());
        Assert.Null(Arrived(new Violation(Property.KernelPanic, null, null, "", [])).Cpu);
    }

    [Fact]
    public void Actions_TLBIs_and_standings_arrive()
    {
        ReplayAction[] actions =
        [
            new(1, Isb.Instance, null, null, "isb"), new(0, null, RepaintRange.AboveRodata, null, "links"),
            new(2, null, null, Va, "walks"),
        ];
        Assert.Equal(actions, Arrived(actions));
        Assert.Equal(TlbiOperation.Vmalle1Is, Arrived(TlbiOperation.Vmalle1Is));
        var standing = CpuStanding.Of(RunHead.Begin(Guid.NewGuid(), 4), RepaintProtocols.IdmapReserved, place: 1);
        var arrived = Arrived(standing);
        Assert.Equal((standing.Epoch, standing.Phase, standing.Waits), (arrived.Epoch, arrived.Phase, arrived.Waits));
        Assert.Equal(standing.WayIn, arrived.WayIn.AsEnumerable());
        Assert.Equal(standing.WayBack, arrived.WayBack.AsEnumerable());
    }

    [Fact]
    public void Work_arrives()
    {
        var sent = new WorkPlan(5, [new(Va, new(0x4020_0000), PageAccess.ReadOnly)]);
        Assert.Equal(sent.Items, Arrived(sent).Items.AsEnumerable());
    }

    private static T Arrived<T>(T sent) => Serializer.Deserialize<T>(Serializer.SerializeToArray(sent))!;
}

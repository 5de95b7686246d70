using CsCheck;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Costs.Parameters;

/// <summary>The time of a protocol against what follows from the parameters by hand.</summary>
public sealed class ProtocolPathTests
{
    private const int PageSize = 4096;

    [Fact]
    public void Spin_by_hand()
    {
        var done = ProtocolPath.Of(RepaintProtocols.Find("spin")!, 8, PageSize, 100).Done;
        Assert.Equal(new OperationCounts
        {
            TableBytes = 100 * PageSize,
            Descriptors = 100,
            // smp_mb, one for each block, one for each of two ranges, dsb ishst; dsb ish completes the TLBI.
            Barriers = 1 + 100 + 2 + 1,
            Synchronizations = 3,
            Tlbis = 1,
            TlbiTargets = 7,
            Interrupts = 7,
            Handovers = 2 * 7,
            StopHalves = 2,
            // flag += 1, wait, tlbi, flag = 0, wfe.
            Instructions = 5,
        }, done);
        var usual = CostParameters.Usual;
        double nanoseconds = 2 * 409_600 / usual["write-gbs"] + 100 * usual["descriptor-ns"] + 104 * usual["dsb-ns"]
            + 3 * usual["isb-ns"] + usual["tlbi-ns"] + 7 * usual["tlbi-cpu-ns"] + 7 * usual["ipi-ns"]
            + 14 * usual["llc-ns"] + 1000 * usual["stop-us"] + 5 * usual["cpi"] / usual["clock-ghz"];
        Assert.Equal(nanoseconds, 1e9 * PriceList.Usual.Seconds(done), 6);
    }

    [Fact]
    public void Parts_of_a_split_cost_what_the_whole_costs() =>
        Gen.Select(Gen.Int[1, 200], Gen.Long[0, 100_000], Gen.Long[0, 100_000]).ForAll((cpus, a, b) =>
        {
            var begun = new ProtocolPath(cpus, PageSize);
            Assert.Equal(begun.AfterSplit(a + b), begun.AfterSplit(a).AfterSplit(b));
        });

    [Fact]
    public void More_CPUs_take_more_time() => Assert.All(RepaintProtocols.All, protocol =>
        Gen.Select(Gen.Int[2, 200], Gen.Int[1, 200]).ForAll((cpus, more) =>
            PriceList.Usual.Seconds(ProtocolPath.Of(protocol, cpus, PageSize, 10).Done)
            < PriceList.Usual.Seconds(ProtocolPath.Of(protocol, cpus + more, PageSize, 10).Done)));

    [Fact]
    public void A_TLBI_that_no_DSB_completes_is_not_waited_for()
    {
        var path = default(StepPath).After(Tlbi.Broadcast, 3, 0).After(Dsb.Ishst, 3, 0).After(Dsb.Nsh, 3, 0);
        Assert.Equal((0, 2), (path.Done.Tlbis, path.Done.Barriers));
        path = path.After(Dsb.Ish, 3, 0);
        Assert.Equal((1, 3, 2), (path.Done.Tlbis, path.Done.TlbiTargets, path.Done.Barriers));
    }

    [Fact]
    public void Every_step_has_a_price() =>
        Assert.All(Step.All, step => Assert.NotEqual(default, default(StepPath).After(step, 3, 1).Done));
}

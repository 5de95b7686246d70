using CsCheck;
using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Tests.Coordination;

/// <summary>Which records replace which, and what a CPU that waits reads from them.</summary>
public class RunHeadTests
{
    private static readonly Guid A = new("aaaaaaaa-0000-0000-0000-000000000000");
    private static readonly Guid B = new("bbbbbbbb-0000-0000-0000-000000000000");

    private static readonly RunHead Open = RunHead.Begin(A, 1);

    [Fact]
    public void A_record_that_was_not_read_is_not_replaced()
    {
        var changing = Open.Enter(RunPhase.Changing);
        var claim = Open.TakeUp(B, 2);
        Assert.True(Open.MayReplace(claim, Open.Stamp));
        Assert.False(changing.MayReplace(claim, Open.Stamp));
    }

    [Fact]
    public void A_coordinator_that_was_followed_writes_nothing_more()
    {
        var claim = Open.TakeUp(B, 2);
        Assert.False(claim.MayReplace(Open.Enter(RunPhase.Changing), Open.Stamp));
        Assert.False(claim.MayReplace(Open.Enter(RunPhase.Changing), claim.Stamp));
        // Nor does it take the run back with the token that it has.
        Assert.False(claim.MayReplace(claim.TakeUp(A, 1), claim.Stamp));
        Assert.False(claim.MayReplace(claim.TakeUp(A, 2), claim.Stamp));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_run_with_a_report_is_never_opened_again_and_a_cancelled_one_may_be(bool isCancelled, bool mayBegin)
    {
        var ended = Open.Enter(RunPhase.Abandoned).End(isCancelled);
        Assert.Equal(mayBegin, ended.MayReplace(RunHead.Begin(B, 2), ended.Stamp));
        Assert.False(ended.MayReplace(ended.TakeUp(B, 2) with { Life = RunLife.Open }, ended.Stamp) && !mayBegin);
        Assert.False(ended.MayReplace(Open.TakeUp(B, 2) with { Phase = RunPhase.Changing }, ended.Stamp));
    }

    [Fact]
    public void A_take_up_leaves_the_phase_as_it_is() => Assert.All(Enum.GetValues<RunPhase>(), phase =>
    {
        var written = Open with { Phase = phase };
        Assert.True(written.MayReplace(written.TakeUp(B, 2), written.Stamp));
        Assert.All(Enum.GetValues<RunPhase>().Where(p => p != phase),
            other => Assert.False(written.MayReplace(written.TakeUp(B, 2) with { Phase = other }, written.Stamp)));
    });

    [Fact]
    public void While_a_run_is_open_and_not_released_no_cpu_reads_the_flag_as_zero() =>
        Gen.Select(Gen.Enum<RunPhase>(), Gen.Long[1, 5], Gen.Long[1, 5]).ForAll((phase, epoch, of) =>
        {
            var head = Open with { Stamp = new(A, epoch, 0), Phase = phase };
            if (of > epoch)
                Assert.Throws<ArgumentOutOfRangeException>(() => { head.ReadsFlagAsZero(of); });
            else
                Assert.Equal(phase is not (RunPhase.Gathering or RunPhase.Changing or RunPhase.Halted),
                    head.ReadsFlagAsZero(of));
        });

    [Theory]
    [InlineData(RunPhase.Gathering, true)]
    [InlineData(RunPhase.Changing, true)]
    [InlineData(RunPhase.Released, false)]
    [InlineData(RunPhase.Abandoned, false)]
    public void A_secondary_that_lost_its_memory_is_held_while_the_run_gathers_or_changes(RunPhase phase, bool isHeld)
    {
        var head = Open with { Phase = phase };
        Assert.Equal(isHeld, CpuStanding.Of(head, RepaintProtocols.IdmapReserved, place: 1).IsHeld);
        Assert.False(CpuStanding.Of(head, RepaintProtocols.IdmapReserved, place: 0).IsHeld);
        Assert.False(CpuStanding.Of(head, RepaintProtocols.Find("live"), place: 1).IsHeld);
    }

    [Fact]
    public void A_gate_lets_no_message_of_an_older_epoch_through() =>
        Gen.Select(Gen.Long[0, 9], Gen.Long[0, 9], Gen.Long[0, 9]).ForAll((current, closed, epoch) =>
        {
            var gate = default(EpochGate).Enter(current).Close(closed);
            Assert.Equal(epoch < current || epoch <= closed, gate.IsOver(epoch));
            Assert.True(gate.Enter(epoch).Current >= current);
        });
}

using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Replay;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>Events of a counterexample, held against the programs of its protocol.</summary>
public class ReplayPathTests
{
    // Both stores wait in the store buffer, and no barrier orders them.
    [Fact]
    public void A_store_of_the_flag_is_no_store_of_a_word()
    {
        var protocol = CheckedProtocols.Parse("f", """
            protocol mine
            about    two stores at once
            origin   a test
            levels   3
            map      split
            phase change, boot cpu
                flag = 1; smp_mb
                ready = 1
                flag = 0
            phase rest, secondaries
                wfe until flag == 0
            """);
        var path = new ReplayPath(protocol, [.. protocol.Levels, .. protocol.Levels]);

        foreach (var step in protocol.Script.BootCpu)
            Assert.Null(path.Perform(0, step.Step));
        Assert.NotNull(path.Perform(1, AwaitRelease.Instance));
        Assert.Null(path.Store(0, null, null));
        Assert.Null(path.Perform(1, AwaitRelease.Instance));
        Assert.Equal("one of ready = 1 to be performed", path.Store(0, null, null));
    }
}

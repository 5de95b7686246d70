using CsCheck;
using Orleans.Mmu.Linux.Capabilities;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The life of the system capability, from the boot CPU to CPUs that come late.</summary>
public class NoAbortCapabilityTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_the_boot_cpu_sets_it(bool local)
    {
        var capability = NoAbortCapability.BootCpu(local);

        Assert.Equal(local, capability.Present);
        Assert.False(capability.Finalized);
        Assert.Equal(local, capability.Secondary(true, out var answer).Present);
        Assert.Equal(CapabilityAnswer.Accepted, answer);
    }

    [Fact]
    public void One_early_secondary_without_it_clears_it_for_good_and_comes_up_all_the_same()
    {
        var cleared = NoAbortCapability.BootCpu(true).Secondary(false, out var answer);

        Assert.False(cleared.Present);
        Assert.Equal(CapabilityAnswer.Accepted, answer);
        Assert.False(cleared.Secondary(true, out _).Present);
        Assert.False(cleared.MakeFinal().SystemSupports);
    }

    [Fact]
    public void The_system_supports_nothing_before_it_is_final()
    {
        var capability = NoAbortCapability.BootCpu(true).Secondary(true, out _);

        Assert.False(capability.SystemSupports);
        Assert.True(capability.MakeFinal().SystemSupports);
    }

    [Theory]
    [InlineData(true, true, CapabilityAnswer.Accepted)]
    [InlineData(true, false, CapabilityAnswer.Refused)]
    [InlineData(false, true, CapabilityAnswer.Accepted)]
    [InlineData(false, false, CapabilityAnswer.Accepted)]
    public void A_late_cpu_is_refused_only_if_it_lacks_what_the_system_has(
        bool system, bool local, CapabilityAnswer expected)
    {
        var final = NoAbortCapability.BootCpu(system).MakeFinal();

        var after = final.Secondary(local, out var answer);

        Assert.Equal(expected, answer);
        Assert.Equal(final, after);
    }

    [Fact]
    public void The_order_in_which_early_cpus_come_up_does_not_matter_and_late_ones_change_nothing() =>
        Gen.Select(Gen.Bool, Gen.Bool.Array[0, 12], Gen.Bool.Array[0, 6], Gen.Int).ForAll((boot, early, late, order) =>
        {
            var capability = NoAbortCapability.BootCpu(boot);
            var shuffled = NoAbortCapability.BootCpu(boot);
            foreach (bool local in early)
            {
                bool was = capability.Present;
                capability = capability.Secondary(local, out var answer);
                Assert.Equal(CapabilityAnswer.Accepted, answer);
                Assert.False(capability.Present && !was);
            }

            foreach (bool local in early.OrderBy(_ => order = order * 1_103_515_245 + 12_345))
                shuffled = shuffled.Secondary(local, out _);

            Assert.Equal(boot && early.All(l => l), capability.Present);
            Assert.Equal(capability, shuffled);
            var final = capability.MakeFinal();
            foreach (bool local in late)
            {
                Assert.Equal(final, final.Secondary(local, out var answer));
                Assert.Equal(final.SystemSupports && !local, answer == CapabilityAnswer.Refused);
            }
        });
}

using Orleans.Mmu.Checking.Protocols;
using static Orleans.Mmu.Tests.Checking.Protocols.SmallProtocol;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>Which locks a protocol may give back, and what is said of the others.</summary>
public class CheckedLockTests
{
    [Theory]
    [InlineData("phase p, boot cpu\nspin_unlock(m)\n", "mine:7: \"spin_unlock(m)\"")]
    [InlineData("phase p, boot cpu\nspin_lock(m); spin_unlock(m)\nspin_unlock(m)\n", "mine:8: \"spin_unlock(m)\"")]
    [InlineData("phase p, boot cpu\nspin_lock(m)\nphase q, cpu 1\nspin_unlock(m)\n", "mine:9: \"spin_unlock(m)\"")]
    [InlineData("phase p, boot cpu\nspin_unlock(zone->lock)\n", "mine:7: \"spin_unlock(zone->lock)\"")]
    public void A_lock_that_is_given_back_and_not_held_is_a_warning(string phases, string expected) => Assert.Equal(
        expected + " gives back a lock that the CPU does not hold",
        Assert.Single(CheckedProtocols.Parse("mine", Header + phases).File.Warnings));

    [Theory]
    [InlineData("spin_lock(m); skip this phase unless go == 1; spin_unlock(m)\n")]
    [InlineData("spin_lock(m)\nphase q, boot cpu\nskip this phase unless go == 1; spin_unlock(m)\n")]
    public void A_lock_whose_giving_back_is_skipped_is_a_warning(string steps) => Assert.EndsWith(
        "\"skip this phase unless go == 1\" skips the step that gives back m, and the CPU keeps the lock",
        Assert.Single(CheckedProtocols.Parse(
            "mine", Header + $"phase p, boot cpu\n{steps}phase r, secondaries\ngo = 1\n").File.Warnings),
        StringComparison.Ordinal);

    [Fact]
    public void A_lock_may_be_given_back_after_a_phase_that_is_skipped() => Assert.Empty(CheckedProtocols.Parse(
        "mine", Header + "phase p, boot cpu\nspin_lock(m); skip this phase unless go == 1; isb\n"
        + "phase q, boot cpu\nspin_unlock(m)\nphase r, secondaries\ngo = 1\n").File.Warnings);

    [Fact]
    public void A_lock_that_may_have_been_skipped_is_given_back_with_a_warning() => Assert.Contains(
        "gives back a lock that the CPU does not hold",
        Assert.Single(CheckedProtocols.Parse("mine", Header + "phase p, boot cpu\n"
            + "skip this phase unless go == 1; spin_lock(m)\nphase q, boot cpu\nspin_unlock(m)\n"
            + "phase r, secondaries\ngo = 1\n").File.Warnings), StringComparison.Ordinal);

    [Fact]
    public void A_lock_may_be_given_back_in_a_later_phase() => Assert.Empty(CheckedProtocols.Parse(
        "mine", Header + "phase p, boot cpu\nspin_lock(m)\nphase q, boot cpu\nspin_unlock(m)\n").File.Warnings);
}

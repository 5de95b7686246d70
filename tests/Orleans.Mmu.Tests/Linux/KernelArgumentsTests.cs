using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>next_arg() and memparse().</summary>
public class KernelArgumentsTests
{
    [Theory]
    [InlineData("foo=\"a rodata=off b\" x", "foo|a rodata=off b,x|")]
    [InlineData("\"foo=a b\" x=1", "foo|a b,x|1")]
    [InlineData("foo=a\"b c\"d", "foo|a\"b c\"d")]
    [InlineData("=a=b", "=a|b")]
    [InlineData("foo= bar", "foo|,bar|")]
    [InlineData("a -- b", "a|")]
    public void Quotes_hold_white_space(string line, string expected) =>
        Assert.Equal(expected, string.Join(',', KernelArguments.Of(line).Select(a => $"{a.Name}|{a.Value}")));

    [Theory]
    [InlineData("mem=64M", 64UL << 20)]
    [InlineData("mem=1g mem=0x10000800", 0x1000_0000UL)]
    [InlineData("mem=4G mem=junk", 0UL)]
    [InlineData("mem=010k", 8UL << 10)]
    public void The_last_limit_counts_in_whole_pages(string line, ulong bytes) =>
        Assert.Equal(bytes, Parse(line).MemoryLimit);

    [Fact]
    public void What_the_kernel_cuts_off_does_not_count()
    {
        string filler = new('x', KernelArguments.MaxBytes - 2);

        Assert.True(Parse(filler + " rodata=off").RodataEnabled);
        Assert.Single(Parse(filler + " rodata=off").Unmodelled);
    }

    [Theory]
    [InlineData("maxcpus=1", "maxcpus= limits the CPUs that boot (cpus lists those that do)")]
    [InlineData("nr_cpus=2", "nr_cpus= limits the CPUs that boot (cpus lists those that do)")]
    [InlineData("nosmp", "nosmp limits the CPUs that boot (cpus lists those that do)")]
    [InlineData("arm64.nolva", "arm64.nolva may limit addresses to 48 bits (vaBits says how many count)")]
    [InlineData("id_aa64mmfr2.varange=0",
        "id_aa64mmfr2.varange= may limit addresses to 48 bits (vaBits says how many count)")]
    public void Parameters_that_decide_a_map_are_named(string text, string effect) =>
        Assert.Equal($"{effect}; the model leaves it out", Assert.Single(Parse("quiet " + text).Unmodelled));

    [Fact]
    public void The_configured_interval_takes_the_pool_unless_the_line_says_otherwise()
    {
        var gki = KernelConfig.AndroidGki;

        Assert.True(Parse("", gki).KfenceEarly);
        Assert.False(Parse("kfence.sample_interval=0", gki).KfenceEarly);
        Assert.False(Parse("", KernelConfig.Defconfig).KfenceEarly);
        Assert.Equal(128UL * 4096, gki.KfencePoolSize(4096));
    }

    private static CommandLine Parse(string line, KernelConfig? config = null) =>
        CommandLine.Parse(line, KernelRules.Of(KernelVersion.Parse("6.18")), config ?? KernelConfig.Debian);
}

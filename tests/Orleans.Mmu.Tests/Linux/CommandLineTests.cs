using CsCheck;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The same words on different kernels.</summary>
public class CommandLineTests
{
    private static readonly KernelConfig Debian = new();

    [Theory]
    [InlineData("6.17", "", true, true)]
    [InlineData("6.17", "rodata=full", true, true)]
    [InlineData("6.17", "rodata=on", true, false)]
    [InlineData("6.17", "rodata=off", false, false)]
    [InlineData("6.18", "", true, true)]
    [InlineData("6.18", "rodata=on", true, true)]
    [InlineData("6.18", "rodata=noalias", true, false)]
    [InlineData("6.18", "rodata=off", false, false)]
    [InlineData("7.3", "rodata=noalias", true, false)]
    [InlineData("7.3", "rodata=on rodata=off", false, false)]
    [InlineData("7.3", "rodata=off rodata=on", true, true)]
    public void Rodata_means_what_the_version_takes_it_to_mean(string version, string text, bool enabled, bool full)
    {
        var line = Parse(version, text);

        Assert.Equal((enabled, full), (line.RodataEnabled, line.RodataFull));
        Assert.Empty(line.Warnings);
        Assert.Equal(text, line.Text);
    }

    [Theory]
    [InlineData("6.17", "noalias")]
    [InlineData("6.17", "On")]
    [InlineData("6.18", "full")]
    [InlineData("7.3", "full")]
    [InlineData("7.3", "")]
    public void A_value_that_the_version_does_not_know_is_warned_of_and_changes_nothing(string version, string value)
    {
        var line = Parse(version, $"rodata={value}");

        Assert.Equal((true, true), (line.RodataEnabled, line.RodataFull));
        Assert.Equal([$"Invalid option string for rodata: '{value}'"], line.Warnings);
    }

    [Fact]
    public void The_code_that_reads_nokaslr_keeps_the_whole_line_and_breaks_words_after_255_characters()
    {
        Assert.True(Parse("6.18", new string('x', 2047) + " nokaslr").NoKaslr);
        Assert.True(Parse("6.18", new string('x', 255) + "nokaslr").NoKaslr);
        Assert.False(Parse("6.18", new string('x', 254) + "nokaslr").NoKaslr);
    }

    // "nokaslr" is an alias of arm64_sw.nokaslr=1 (idreg-override.c); the last one counts.
    [Theory]
    [InlineData("nokaslr", true)]
    [InlineData("arm64_sw.nokaslr=1", true)]
    [InlineData("arm64_sw.nokaslr=0x1", true)]
    [InlineData("arm64_sw.nokaslr=0", false)]
    [InlineData("nokaslr arm64_sw.nokaslr=0", false)]
    [InlineData("arm64_sw.nokaslr=0 nokaslr", true)]
    [InlineData("arm64_sw.nokaslr=11", false)]
    [InlineData("arm64_sw.nokaslr", false)]
    [InlineData("nokaslr=1", false)]
    [InlineData("-- nokaslr", false)]
    [InlineData("\"nokaslr\"", false)]
    [InlineData("foo=\"a nokaslr b\"", true)]
    [InlineData("foo=\"a -- b\" nokaslr", false)]
    [InlineData("nokaslr --", true)]
    [InlineData("--x nokaslr", true)]
    [InlineData("arm64_sw.nokaslr=\"1\"", false)]
    [InlineData("arm64-sw.nokaslr=1", true)]
    public void Two_parameters_forbid_kaslr(string text, bool forbids) =>
        Assert.Equal(forbids, Parse("6.18", text).NoKaslr);

    [Fact]
    public void Before_6_18_the_configuration_decides_what_no_word_means()
    {
        var config = new KernelConfig(RodataFullDefault: false);

        Assert.False(Parse("6.17", "", config).RodataFull);
        Assert.True(Parse("6.18", "", config).RodataFull);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("kfence.sample_interval=100", true)]
    [InlineData("kfence.sample-interval=100", true)]
    [InlineData("kfence.sample_interval=0", false)]
    [InlineData("kfence.sample_interval=-1", true)]
    [InlineData("kfence.sample_interval=0x64", true)]
    [InlineData("kfence.sample_interval=0x0", false)]
    [InlineData("kfence.sample_interval=08", false)]
    [InlineData("kfence.sample_interval=4294967296", false)]
    [InlineData("kfence.sample_interval=junk", false)]
    [InlineData("kfence.sample_interval=100 kfence.sample_interval=junk", true)]
    [InlineData("kfence.sample_interval=100 kfence.sample_interval=0", false)]
    [InlineData("kfence.sample_interval=100 kfence.sample_interval=-", true)]
    [InlineData("kfence.sample_interval=100 kfence.sample_interval=-x", true)]
    [InlineData("kfence_sample_interval=100", false)]
    [InlineData("kfence.sample_interval", false)]
    public void Kfence_is_early_with_an_interval_other_than_zero(string text, bool early)
    {
        Assert.Equal(early, Parse("6.18", text).KfenceEarly);
        Assert.False(Parse("6.18", text, new KernelConfig(Kfence: false)).KfenceEarly);
    }

    [Theory]
    [InlineData("debug_pagealloc=on", true)]
    [InlineData("debug-pagealloc=on", true)]
    [InlineData("debug_pagealloc=1", true)]
    [InlineData("debug_pagealloc=yes", true)]
    [InlineData("debug_pagealloc=Y", true)]
    [InlineData("debug_pagealloc=ON", true)]
    [InlineData("debug_pagealloc=off", false)]
    [InlineData("debug_pagealloc=0", false)]
    [InlineData("debug_pagealloc=on debug_pagealloc=off", false)]
    [InlineData("debug_pagealloc=on debug_pagealloc=junk", true)]
    [InlineData("debug_pagealloc=o", false)]
    [InlineData("debug_pagealloc=", false)]
    [InlineData("debug_pagealloc", false)]
    public void Debug_pagealloc_is_a_kernel_boolean(string text, bool on) =>
        Assert.Equal(on, Parse("6.18", text).DebugPagealloc);

    [Theory]
    [InlineData("6.15", "enabled", false)]
    [InlineData("6.16", "enabled", true)]
    [InlineData("7.3", "Enabled", true)]
    [InlineData("6.16", "on debug_pagealloc=disabled", false)]
    [InlineData("6.15", "on debug_pagealloc=disabled", true)]
    public void Booleans_take_enabled_and_disabled_since_6_16(string version, string value, bool on) =>
        Assert.Equal(on, Parse(version, $"debug_pagealloc={value}").DebugPagealloc);

    [Theory]
    [InlineData("64M", "Memory limited to 64MB")]
    [InlineData("0xffffffffffffffff", "Memory limited to 17592186044415MB")]
    public void A_memory_limit_is_said_as_the_kernel_says_it(string value, string message) =>
        Assert.Equal([message], Parse("6.18", $"mem={value}").Warnings);

    [Theory]
    [InlineData("root=/dev/vda2 console=ttyAMA0,115200 rodata=off quiet")]
    [InlineData("\trodata=off\n")]
    [InlineData("x=rodata=on rodata=off rodatas=on")]
    public void Other_words_and_any_white_space_are_passed_over(string text) =>
        Assert.False(Parse("6.18", text).RodataEnabled);

    [Theory]
    [InlineData("-- rodata=off")]
    [InlineData("quiet -- rodata=off kfence.sample_interval=100 debug_pagealloc=on")]
    public void What_follows_two_dashes_is_for_init(string text)
    {
        var line = Parse("6.18", text);

        Assert.Equal(
            (true, true, false, false), (line.RodataEnabled, line.RodataFull, line.KfenceEarly, line.DebugPagealloc));
    }

    [Fact]
    public void Whatever_is_on_the_line_a_kernel_boots_with_it()
    {
        var word = Gen.OneOf(
            Gen.OneOf("rodata=", "kfence.sample_interval=", "debug_pagealloc=", "=", "==", "rodata", "-", "--", "_",
                "\"", "\0", "0x", "-9223372036854775808", "99999999999999999999"),
            Gen.String);
        Gen.Select(word.Array[0, 8], Gen.OneOf("6.12", "6.17", "6.18", "7.3"), Gen.OneOf(" ", "", "\t"))
            .ForAll((words, version, space) =>
        {
            string text = string.Join(space, words);

            var line = Parse(version, text);

            Assert.Equal(text, line.Text);
            Assert.All(line.Warnings,
                w => Assert.StartsWith("Invalid option string for rodata: '", w, StringComparison.Ordinal));
        });
    }

    private static CommandLine Parse(string version, string text, KernelConfig? config = null) =>
        CommandLine.Parse(text, KernelRules.Of(KernelVersion.Parse(version)), config ?? Debian);
}

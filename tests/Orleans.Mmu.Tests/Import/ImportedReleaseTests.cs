namespace Orleans.Mmu.Tests.Import;

/// <summary>What the release says of a kernel, and which files are of another one.</summary>
public sealed class ImportedReleaseTests
{
    [Theory]
    [InlineData("6.18.15", "6.18.15+deb13-arm64", false)]
    [InlineData("6.14.8", "6.14.0-27-generic", false)]
    [InlineData("6.18.15", "6.18.16-arm64", true)]
    [InlineData("6.12.0", "6.18.15", true)]
    public void A_config_of_another_release_is_said(string config, string release, bool isSaid) => Assert.Equal(
        isSaid, Samples.Import(("version", release), ("config", $"#\n# Linux/arm64 {config} Kernel Configuration\n"
            + "CONFIG_ARM64=y\n")).Warnings.Contains($"config:2 is the .config of Linux {config}, and version says "
            + $"{release}: config may be another kernel's"));

    [Theory]
    [InlineData("6.18.0-arm64-16k", "16K")]
    [InlineData("6.12.0-55.el10.aarch64+64k", "64K")]
    [InlineData("6.12.0-160000.5-64kb", "64K")]
    [InlineData("6.12.34-v8-16k+", "16K")]
    [InlineData("6.12.34+rpt-rpi-2712", "16K")]
    [InlineData("6.12.34+rpt-rpi-v8", "4K")]
    [InlineData("6.18.0-arm64", "4K")]
    public void A_release_may_name_the_page_size(string release, string size) => Assert.Equal(
        size, Samples.Machine(Samples.Import(("version", release))).Geometry.Granule.ToString());

    [Theory]
    [InlineData("6.15.2", "", true)]
    [InlineData("6.15.2", "nokaslr", false)]
    [InlineData("6.15.2", "arm64_sw.nokaslr=1", false)]
    [InlineData("6.16", "", false)]
    public void A_kernel_that_may_randomize_the_linear_map_is_said(string version, string line, bool isSaid) =>
        Assert.Equal(isSaid, Samples.Import(("version", version), ("cmdline", line)).Warnings
            .Any(w => w.StartsWith("kernel.physicalOffset is assumed", StringComparison.Ordinal)));

    [Fact]
    public void A_version_that_is_not_known_yet_has_the_newest_rules_and_a_warning() => Assert.Contains(
        Samples.Import(("version", "8.1.0")).Warnings, w => w.StartsWith(
            "kernel.version 7.3 is assumed: the rules of 8.1.0 (version) are not known yet", StringComparison.Ordinal));
}

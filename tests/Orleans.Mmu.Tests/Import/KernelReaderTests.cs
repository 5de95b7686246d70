using System.IO.Compression;
using System.Text;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Releases, .config and symbols.</summary>
public sealed class KernelReaderTests
{
    [Theory]
    [InlineData("6.18.15+deb13-arm64\n", "6.18")]
    [InlineData("v6.18", "6.18")]
    [InlineData("6.18-rc3", "6.18")]
    [InlineData("6.12.0-55.el10.aarch64+64k", "6.12")]
    [InlineData("Linux version 7.3.0 (a@b) (gcc 15) #1 SMP", "7.3")]
    [InlineData("Linux host 6.17.4-generic #1 SMP aarch64 GNU/Linux", "6.17")]
    [InlineData("Linux 6.17.4-generic", "6.17")]
    [InlineData("Linux 6.17.4-generic aarch64", "6.17")]
    [InlineData("Linux 6.18 6.17.4-generic #1 SMP", "6.17")]
    [InlineData("kernel-6.12.0-55.el10.aarch64+64k", "6.12")]
    [InlineData("linux-image-6.18.15+deb13-arm64", "6.18")]
    [InlineData("Linux version 6.18.15-arm64 (buildd@x86_64-b) (aarch64-linux-gnu-gcc) #1 SMP", "6.18")]
    [InlineData("6.12.25-v8+", "6.12")]
    [InlineData("6.18.0-split-v7", "6.18")]
    [InlineData("6.18-rc1-686", "6.18")]
    public void The_first_two_numbers_of_a_release_select_the_rules(string text, string version) =>
        Assert.Equal(version, ReleaseReader.Read(Samples.File("version", text)).Value.Version.ToString());

    [Theory]
    [InlineData("6.1.0-37-arm64", "version:1: expected Linux 6.12 or later, the oldest whose rules are known, found "
        + "6.1.0-37-arm64")]
    [InlineData("6.12.57+deb13-amd64", "version:1: expected a release of an arm64 kernel, found x86's "
        + "\"6.12.57+deb13-amd64\"")]
    [InlineData("6.12.0-55.el10.ppc64le", "version:1: expected a release of an arm64 kernel, found PowerPC's "
        + "\"6.12.0-55.el10.ppc64le\"")]
    [InlineData("6.12.0-55.el10.x86_64+debug", "version:1: expected a release of an arm64 kernel, found x86's "
        + "\"6.12.0-55.el10.x86_64+debug\"")]
    [InlineData("6.12.57+deb13-686-pae", "version:1: expected a release of an arm64 kernel, found x86's "
        + "\"6.12.57+deb13-686-pae\"")]
    [InlineData("6.12.57+deb13-sparc64", "version:1: expected a release of an arm64 kernel, found SPARC's "
        + "\"6.12.57+deb13-sparc64\"")]
    [InlineData("6.12.25-v7l+", "version:1: expected a release of an arm64 kernel, found 32-bit Arm's "
        + "\"6.12.25-v7l+\"")]
    [InlineData("Linux h 6.17.4-2-pve #1 SMP (2025) x86_64 GNU/Linux", "version:1: expected a release of an arm64 "
        + "kernel, found x86's \"Linux h 6.17.4-2-pve #1 SMP (2025) x86_64 GNU/Linux\"")]
    [InlineData("Linux 6.18.2 riscv64", "version:1: expected a release of an arm64 kernel, found RISC-V's "
        + "\"Linux 6.18.2 riscv64\"")]
    [InlineData("hello", "version:1: expected a release such as 6.18.15-arm64 or /proc/version, found \"hello\"")]
    [InlineData("", "version:1: expected a release such as 6.18.15-arm64 or /proc/version, found \"\"")]
    [InlineData("6.18.x", "version:1: expected a release such as 6.18.15-arm64 or /proc/version, found \"6.18.x\"")]
    public void Other_releases_are_refused(string text, string message) => Assert.Equal(
        message, Assert.Throws<InputException>(() => ReleaseReader.Read(Samples.File("version", text))).Message);

    [Fact]
    public void A_config_is_read_as_it_is_and_compressed()
    {
        var plain = ConfigReader.Read(Samples.File("config", Samples.Config));

        Assert.Equal((Granule.K4, 48, true, 100, 63, false, true), (plain.PageSize!.Value, plain.VaBits!.Value,
            plain.Kfence, plain.KfenceInterval, plain.KfenceObjects, plain.RodataFull, plain.RandomizesBase));
        Assert.Equal("6.18.15", plain.Release!.Value.Text);
        Assert.Equal(plain, ConfigReader.Read(new("config", Compressed(Samples.Config))));
    }

    [Fact]
    public void A_part_of_a_config_leaves_open_what_it_does_not_give()
    {
        var config = ConfigReader.Read(Samples.File("config", "CONFIG_ARM64_VA_BITS_52=y\n"));

        Assert.Equal((null, 52, null), (config.PageSize, config.VaBits?.Value, config.Kfence));
    }

    [Theory]
    [InlineData("", "config:1: expected lines such as \"CONFIG_ARM64=y\", found none")]
    [InlineData("CONFIG_64BIT=y\nCONFIG_X86=y\n", "config:2: expected CONFIG_ARM64=y, found CONFIG_X86=y, of x86")]
    [InlineData("CONFIG_X86_64=y\n", "config:1: expected CONFIG_ARM64=y, found CONFIG_X86_64=y, of x86")]
    [InlineData("CONFIG_MMU=y\nCONFIG_ARM_LPAE=y\n", "config:2: expected CONFIG_ARM64=y, found CONFIG_ARM_LPAE=y, of "
        + "32-bit Arm")]
    [InlineData("# Linux/x86 6.18.0 Kernel Configuration", "config:1: expected Linux/arm64, found \"Linux/x86\"")]
    [InlineData("CONFIG_A", "config:1: expected a line such as \"CONFIG_ARM64=y\", found \"CONFIG_A\"")]
    [InlineData("CONFIG_ARM64_4K_PAGES=y\nCONFIG_MMU=y\nCONFIG_ARM64_64K_PAGES=y\n", "config:3: expected one option of "
        + "a choice, found CONFIG_ARM64_64K_PAGES=y and CONFIG_ARM64_4K_PAGES=y in line 1")]
    [InlineData("CONFIG_ARM64_VA_BITS_52=y\nCONFIG_ARM64_VA_BITS_48=y\n", "config:2: expected one option of a choice, "
        + "found CONFIG_ARM64_VA_BITS_48=y and CONFIG_ARM64_VA_BITS_52=y in line 1")]
    [InlineData("CONFIG_ARM64_VA_BITS=many", "config:1: CONFIG_ARM64_VA_BITS: expected a number from 0 to 64, found "
        + "\"many\"")]
    public void Other_configs_are_refused(string text, string message) => Assert.Equal(
        message, Assert.Throws<InputException>(() => ConfigReader.Read(Samples.File("config", text))).Message);

    // Half of a config would say that options of the other half are off.
    [Fact]
    public void A_gzip_that_is_cut_anywhere_is_refused()
    {
        byte[] whole = Compressed(Samples.Config);

        Assert.NotNull(ConfigReader.Read(new("config", whole)));
        for (int length = 3; length < whole.Length; length++)
        {
            Assert.StartsWith("config:1: expected ", Assert.Throws<InputException>(
                () => ConfigReader.Read(new("config", whole.AsMemory(0, length)))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Distances_of_symbols_do_not_depend_on_where_the_kernel_runs()
    {
        var symbols = SymbolReader.Read(Samples.File("System.map", Samples.SystemMap));

        Assert.True(symbols.IsComplete);
        Assert.Equal(0x158d0ul, symbols.Distance(KernelSymbols.BssStop, KernelSymbols.End));
    }

    [Theory]
    [InlineData("0000000000000000 T _text\n0000000000000000 T _stext\n", "System.map:1: every address is 0")]
    [InlineData("ffffffffffffffff B The real System.map is in the linux-image-6.18-dbg package", "System.map:1: the "
        + "file only says where the real System.map is")]
    public void Symbols_without_addresses_are_none(string text, string warning)
    {
        var symbols = SymbolReader.Read(Samples.File("System.map", text));

        Assert.Empty(symbols.Found);
        Assert.StartsWith(warning, Assert.Single(symbols.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ffff800080000000 T other\n", "System.map:1: expected the image's symbols, such as \"ffff800080000000 "
        + "T _text\", found none")]
    [InlineData("ffff800080000000 T _text\nffff8000", "System.map:2: expected a symbol such as \"ffff800080000000 T "
        + "_text\", found \"ffff8000\"")]
    [InlineData("ffff800082520000 T _text\nffff800080010000 T _stext\n", "System.map:2: expected _stext at _text or "
        + "above it, found _stext at 0xffff800080010000 and _text at 0xffff800082520000")]
    [InlineData("ffff800080000000 T _text\nffff800082ac0000 B __bss_stop\nffff800082ab0000 B _end\n", "System.map:3: "
        + "expected _end at __bss_stop or above it, found _end at 0xffff800082ab0000 and __bss_stop at "
        + "0xffff800082ac0000")]
    public void Other_symbols_are_refused(string text, string message) => Assert.Equal(
        message, Assert.Throws<InputException>(() => SymbolReader.Read(Samples.File("System.map", text))).Message);

    [Fact]
    public void A_line_of_symbols_is_bounded() => Assert.Equal(
        "System.map:2: expected lines of at most 64K bytes, found a longer one",
        Assert.Throws<InputException>(() => SymbolReader.Read(Samples.File(
            "System.map", $"ffff800080000000 T _text\nffff800080000001 T {new string('a', 1 << 16)}\n"))).Message);

    private static byte[] Compressed(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}

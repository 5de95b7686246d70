using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;
using CoreModel = Orleans.Mmu.Linux.Cpus.Core;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Which cores each kernel lets split live, entry for entry and revision for revision.</summary>
public class AllowListTests
{
    private const string From617 = "6.17", From618 = "6.18", From73 = "7.3", Never = "8.0";

    // The first version that trusts the core, and the lowest and highest rNpM it trusts, as N × 16 + M.
    public static TheoryData<string, int, int, string, int, int> Entries => new()
    {
        { "Cortex-X4", 0x41, 0xd82, From617, 0x03, 0x0f },
        { "Neoverse-V3", 0x41, 0xd84, From617, 0x02, 0x0f },
        { "Neoverse-V3AE", 0x41, 0xd83, From618, 0x02, 0x0f },
        { "NVIDIA Olympus", 0x4e, 0x010, From618, 0x00, 0xff },
        { "AmpereOne", 0xc0, 0xac3, From618, 0x00, 0xff },
        { "AmpereOne-A", 0xc0, 0xac4, From618, 0x00, 0xff },
        { "Cortex-A520AE", 0x41, 0xd88, From73, 0x00, 0xff },
        { "Cortex-A715", 0x41, 0xd4d, From73, 0x00, 0xff },
        { "Cortex-A720AE", 0x41, 0xd89, From73, 0x00, 0xff },
        { "Cortex-A725", 0x41, 0xd87, From73, 0x00, 0xff },
        { "Neoverse-N3", 0x41, 0xd8e, From73, 0x00, 0xff },
        { "C1-Nano", 0x41, 0xd8a, From73, 0x00, 0xff },
        { "C1-Pro", 0x41, 0xd8b, From73, 0x00, 0xff },
        { "C1-Ultra", 0x41, 0xd8c, From73, 0x11, 0xff },
        { "C1-Premium", 0x41, 0xd90, From73, 0x11, 0xff },
        { "Neoverse-N1", 0x41, 0xd0c, Never, 0, 0xff },
        { "Neoverse-N2", 0x41, 0xd49, Never, 0, 0xff },
        { "Neoverse-V1", 0x41, 0xd40, Never, 0, 0xff },
        { "Neoverse-V2", 0x41, 0xd4f, Never, 0, 0xff },
        { "Cortex-X925", 0x41, 0xd85, Never, 0, 0xff },
        { "Cortex-X3", 0x41, 0xd4e, Never, 0, 0xff },
        { "Cortex-A720", 0x41, 0xd81, Never, 0, 0xff },
        { "Cortex-A76", 0x41, 0xd0b, Never, 0, 0xff },
        { "Cortex-A53", 0x41, 0xd03, Never, 0, 0xff },
        { "Apple Firestorm", 0x61, 0x023, Never, 0, 0xff },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public void A_core_is_trusted_from_its_first_kernel_on_and_in_its_revisions_only(
        string name, int implementer, int part, string since, int lowest, int highest)
    {
        Assert.Equal(name, CoreModel.Of(Midr.Of(implementer, part)).Name);
        foreach (string version in (string[])["6.12", "6.16", "6.17", "6.18", "6.19", "7.0", "7.1", "7.2", "7.3"])
        {
            var list = KernelRules.Of(KernelVersion.Parse(version)).AllowList;
            bool knows = string.CompareOrdinal(version, since) >= 0;
            for (int revision = 0; revision <= 0xff; revision++)
                Assert.Equal(knows && revision >= lowest
                    && revision <= highest, list.Contains(Revision(implementer, part, revision)));
        }
    }

    [Theory]
    [InlineData("6.16", 0)]
    [InlineData("6.17", 2)]
    [InlineData("6.18", 6)]
    [InlineData("7.2", 6)]
    [InlineData("7.3", 15)]
    public void A_list_has_those_entries_and_no_other(string version, int count) =>
        Assert.Equal(count, KernelRules.Of(KernelVersion.Parse(version)).AllowList.Ranges.Count);

    [Theory]
    [InlineData(0x410fd822u, false)] // Cortex-X4 r0p2
    [InlineData(0x410fd823u, true)]  // r0p3
    [InlineData(0x411fd820u, false)] // r1p0: MIDR_REV_RANGE names one variant
    [InlineData(0x410fd841u, false)] // Neoverse-V3 r0p1
    [InlineData(0x410fd842u, true)]  // r0p2
    [InlineData(0x411fd842u, false)] // r1p2
    [InlineData(0x411fd8c0u, false)] // C1-Ultra r1p0
    [InlineData(0x411fd8c1u, true)]  // r1p1
    [InlineData(0x412fd8c0u, true)]  // r2p0
    public void Boundaries_are_those_of_the_errata(uint midr, bool trusted) =>
        Assert.Equal(trusted, AllowList.Linux73.Contains(new(midr)));

    [Fact]
    public void Another_implementer_or_architecture_field_is_another_core() =>
        Gen.Select(Gen.UInt, Gen.Int[0, 255]).ForAll((word, revision) =>
        {
            var midr = new Midr(word);
            bool known = AllowList.Linux73.Ranges.Any(r => r.Model == midr.Model);
            if (!known)
                Assert.False(AllowList.Linux73.Contains(midr));
            Assert.False(AllowList.Linux73.Contains(new((Revision(0x42, 0xd84, revision)).Value)));
            Assert.False(AllowList.Linux73.Contains(new(Revision(0x41, 0xd84, revision).Value & ~0x000f_0000u)));
        });

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.2")]
    [InlineData("7.3")]
    public void The_id_register_counts_since_7_3_only(string version)
    {
        var rules = KernelRules.Of(KernelVersion.Parse(version));
        var midr = new Midr(0x414f_d0c1);
        CpuDescription Cpu(BbmLevel level) => new(midr, CoreModel.Of(midr), level);

        Assert.Equal(version == "7.3", Cpu(BbmLevel.Level2NoAbort).KernelTrusts(rules));
        Assert.False(Cpu(BbmLevel.Level2).KernelTrusts(rules));
        // The register is only ever a second way in: a listed core is trusted whatever it says.
        var listed = new Midr(0x410f_d842);
        Assert.True(new CpuDescription(listed, CoreModel.Of(listed), BbmLevel.Level0).KernelTrusts(rules));
    }

    [Fact]
    public void A_newer_list_trusts_whom_an_older_one_trusted() =>
        Gen.UInt.ForAll(word =>
        {
            foreach (var range in AllowList.Linux73.Ranges)
            {
                var midr = new Midr(range.Model.Value | (word & 0x00f0_000f));
                Assert.False(AllowList.Linux617.Contains(midr) && !AllowList.Linux618.Contains(midr));
                Assert.False(AllowList.Linux618.Contains(midr) && !AllowList.Linux73.Contains(midr));
                Assert.False(AllowList.Empty.Contains(midr));
            }
        });

    private static Midr Revision(int implementer, int part, int revision) =>
        new(Midr.Of(implementer, part).Value | (uint)(revision >> 4) << 20 | (uint)(revision & 0xf));
}

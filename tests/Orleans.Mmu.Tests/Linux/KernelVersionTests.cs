using CsCheck;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The versions that are known, and what differs between them.</summary>
public class KernelVersionTests
{
    public static IReadOnlyList<string> Known { get; } =
        ["6.12", "6.13", "6.14", "6.15", "6.16", "6.17", "6.18", "6.19", "7.0", "7.1", "7.2", "7.3"];

    public static TheoryData<string> Versions => [.. Known];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_known_version_has_rules_of_its_own_name(string version)
    {
        var parsed = KernelVersion.Parse(version);
        var rules = KernelRules.Of(parsed);

        Assert.Equal(version, parsed.ToString());
        Assert.Equal(parsed, rules.Version);
        // A kernel that splits has CPUs on its list, and a name for the capability.
        Assert.Equal(rules.AllowList.Ranges.Count > 0, rules.Capability is not null);
        Assert.Equal(rules.Capability is null, rules.CapabilityDescription is null);
        Assert.True(!rules.SplitsLinearMap || rules.Capability is not null);
    }

    [Fact]
    public void Versions_are_ordered_as_they_were_released()
    {
        for (int a = 0; a < Known.Count; a++)
        {
            for (int b = 0; b < Known.Count; b++)
            {
                var (left, right) = (KernelVersion.Parse(Known[a]), KernelVersion.Parse(Known[b]));
                Assert.Equal(a.CompareTo(b), Math.Sign(left.CompareTo(right)));
                Assert.Equal(((a < b), (a > b), (a <= b), (a >= b)),
                    ((left < right), (left > right), (left <= right), (left >= right)));
            }
        }

        Assert.Equal(KernelVersion.Oldest, KernelVersion.Parse(Known[0]));
        Assert.Equal(KernelVersion.Newest, KernelVersion.Parse(Known[^1]));
    }

    [Theory]
    [InlineData("6.11")]
    [InlineData("6.20")]
    [InlineData("7.4")]
    [InlineData("5.15")]
    [InlineData("6")]
    [InlineData("6.18.1")]
    [InlineData("6.18-rc1")]
    [InlineData(" 6.18")]
    [InlineData("+6.18")]
    [InlineData("")]
    public void Other_versions_are_refused(string text)
    {
        Assert.False(KernelVersion.TryParse(text, out _));
        Assert.Throws<FormatException>(() => KernelVersion.Parse(text));
    }

    [Theory]
    [InlineData("6.18.15+deb13-arm64", "6.18")]
    [InlineData("v7.0", "7.0")]
    [InlineData("6.18-rc3", "6.18")]
    [InlineData("6.12.107", "6.12")]
    [InlineData("6.12.57.1-2.azl4", "6.12")]
    [InlineData("6.18.7.2-microsoft-standard-WSL2", "6.18")]
    [InlineData("6.11.0", null)]
    [InlineData("6.20", null)]
    [InlineData("7.4.1", null)]
    public void The_first_two_numbers_of_a_release_select_the_version(string text, string? version)
    {
        Assert.True(KernelRelease.TryParse(text, out var release));
        Assert.Equal(version, release.Version?.ToString());
    }

    [Theory]
    [InlineData("6")]
    [InlineData("6.18.")]
    [InlineData("6.18 x")]
    [InlineData("6.18.1x")]
    [InlineData("6.18.1.")]
    [InlineData("6.18.1.2.3")]
    [InlineData("vv6.18")]
    [InlineData("6.18-\n")]
    [InlineData("")]
    public void Other_texts_are_no_release(string text) => Assert.False(KernelRelease.TryParse(text, out _));

    [Fact]
    public void Any_text_is_refused_or_says_itself_again() =>
        Gen.String[Gen.Char["0123456789.67 -+"], 0, 6].ForAll(text =>
        {
            if (!KernelVersion.TryParse(text, out var version))
                return;
            Assert.Contains(version.ToString(), Known);
            Assert.Equal(version.ToString().Split('.').Select(int.Parse), text.Split('.').Select(int.Parse));
        });

    [Theory]
    [InlineData("6.12", true, false, false, false, false, AliasPermission.Writable, true, null)]
    [InlineData("6.13", false, false, false, false, false, AliasPermission.Writable, false, null)]
    [InlineData("6.16", false, false, false, false, false, AliasPermission.Writable, false, null)]
    [InlineData("6.17", true, false, false, false, false, AliasPermission.Writable, false, "HAS_BBML2_NOABORT")]
    [InlineData("6.18", true, true, true, false, false, AliasPermission.Writable, false, "HAS_BBML2_NOABORT")]
    [InlineData("6.19", true, true, true, false, false, AliasPermission.Writable, false, "HAS_BBML2_NOABORT")]
    [InlineData("7.0", true, true, true, false, false, AliasPermission.Writable, true, "HAS_BBML2_NOABORT")]
    [InlineData("7.1", true, true, true, false, false, AliasPermission.Writable, true, "HAS_BBML2_NOABORT")]
    [InlineData("7.2", true, true, true, true, false, AliasPermission.ReadOnly, true, "HAS_BBML2_NOABORT")]
    [InlineData("7.3", true, true, true, true, true, AliasPermission.Invalid, true, "HAS_BBML3")]
    public void What_changed_changed_in_the_version_that_changed_it(
        string version, bool fromText, bool splits, bool onIsFull, bool imageFirst, bool idRegister,
        AliasPermission data, bool dirty, string? capability)
    {
        var rules = KernelRules.Of(KernelVersion.Parse(version));

        Assert.Equal(
            (fromText, splits, onIsFull, imageFirst, idRegister, data, dirty, capability),
            (rules.AliasFromText, rules.SplitsLinearMap, rules.RodataOnIsFull, rules.PaintsImageFirst,
            rules.TrustsIdRegister, rules.DataAlias,
                rules.KernelPagesAreDirty, rules.Capability));
    }

    [Theory]
    [InlineData("7.2", "BBM Level 2 without conflict abort")]
    [InlineData("7.3", "BBM Level 3")]
    public void The_boot_log_calls_the_capability_what_the_kernel_calls_it(string version, string description) =>
        Assert.Equal(description, KernelRules.Of(KernelVersion.Parse(version)).CapabilityDescription);
}

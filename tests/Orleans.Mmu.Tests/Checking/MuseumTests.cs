using Orleans.Mmu.Checking.Museum;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>Every exhibit goes wrong by its one rule, and by nothing else.</summary>
public class MuseumTests
{
    public static TheoryData<string, string> Exhibits => new()
    {
        { "writable-text-alias", Property.WritableAlias.Name },
        { "alias-error-ignored", Property.WritableAlias.Name },
        { "whole-area-aliased", Property.WritableAlias.Name },
        { "early-split-skipped", Property.RefusedChange.Name },
        { "invalid-block-unseen", Property.UnexpectedFault.Name },
        { "hot-add-panics", Property.KernelPanic.Name },
        { "hot-remove-cuts-leaf", Property.UnexpectedFault.Name },
        { "hot-remove-flushes-members", Property.StaleTranslation.Name },
    };

    [Fact]
    public void Every_mistake_is_on_show() =>
        Assert.Equal(KernelBug.All.Select(b => b.Name).Order(), Exhibit.All.Select(e => e.Bug.Name).Order());

    [Theory]
    [MemberData(nameof(Exhibits))]
    public void The_last_kernel_with_the_mistake_shows_it(string name, string property)
    {
        var exhibit = Exhibit.Find(name)!;

        Assert.True(exhibit.Bug.IsIn(exhibit.Kernel));
        Assert.Equal(
            property, Assert.Single(exhibit.Play(isFixed: false).Violations.Select(v => v.Property.Name).Distinct()));
    }

    [Theory]
    [MemberData(nameof(Exhibits))]
    public void The_same_kernel_without_it_shows_nothing(string name, string property)
    {
        var scene = Exhibit.Find(name)!.Play(isFixed: true);

        Assert.True(scene.Violations.Count == 0, $"{property}: {string.Join("; ", scene.Violations)}");
    }

    [Theory]
    [MemberData(nameof(Exhibits))]
    public void The_first_kernel_that_has_it_fixed_shows_nothing(string name, string property)
    {
        var exhibit = Exhibit.Find(name)!;

        var scene = exhibit.Play(KernelRules.Of(exhibit.Bug.FixedIn));

        Assert.True(scene.Violations.Count == 0, $"{property}: {string.Join("; ", scene.Violations)}");
    }

    [Theory]
    [MemberData(nameof(Exhibits))]
    public void The_newest_kernel_shows_it_when_it_is_given_the_mistake(string name, string property)
    {
        var exhibit = Exhibit.Find(name)!;

        var scene = exhibit.Play(KernelRules.Of(KernelVersion.Newest).With(exhibit.Bug, present: true));

        Assert.Contains(scene.Violations, v => v.Property.Name == property);
    }

    [Theory]
    [MemberData(nameof(Exhibits))]
    public void The_version_that_fixed_it_is_the_one_after_the_scenes_kernel(string name, string property)
    {
        var exhibit = Exhibit.Find(name)!;
        string[] versions =
            ["6.12", "6.13", "6.14", "6.15", "6.16", "6.17", "6.18", "6.19", "7.0", "7.1", "7.2", "7.3"];

        int fixedAt = Array.IndexOf(versions, exhibit.Bug.FixedIn.ToString());

        Assert.True(versions[fixedAt - 1] == exhibit.Kernel.ToString(), property);
    }
}

using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Chooses the kernel version whose rules apply.</summary>
internal static class VersionChoice
{
    private const string Default = "6.18";
    private const string Advice = "--version with what uname -r prints";

    /// <summary>The release that the files give, with its place; null where none does.</summary>
    /// <exception cref="InputException">The release is older than all that are known, or does not exist.</exception>
    public static PlacedValue<KernelRelease>? Release(MachineSources sources)
    {
        var given = sources.Options.Release is { } text ? Given(text)
            : sources.Release ?? sources.Log?.Release
                ?? sources.Config?.Release;
        if (given is { Value.IsTooOld: true })
            throw given.Error(ReleaseReader.TooOld(given.Value));
        return given is null || given.Value.IsTooNew || given.Value.Version is not null ? given
            : throw given.Error($"expected a release that exists, found {OneLine.Of(given.Value.Text)}");
    }

    public static Chosen<KernelVersion> Of(PlacedValue<KernelRelease>? release)
    {
        if (release is null)
            return new(KernelVersion.Parse(Default), "no file gives the release", Advice);
        string text = OneLine.Of(release.Value.Text);
        return release.Value.Version is { } version
            ? new(version, $"{text} ({release.Place})", From: release.From)
            : new(KernelVersion.Newest, $"the rules of {text} ({release.Place}) are not known yet",
                "a later version of this program", release.From);
    }

    /// <summary>
    /// A warning where the head of the .config names another release than the one that is chosen; null where it does
    /// not. A distribution may leave the third number at 0 in one of them.
    /// </summary>
    public static string? Mismatch(MachineSources sources, PlacedValue<KernelRelease>? release) =>
        sources.Config?.Release is { } head && release is not null && head != release
            && ((head.Value.Major, head.Value.Minor) != (release.Value.Major, release.Value.Minor)
                || (head.Value.Patch != release.Value.Patch && head.Value.Patch != 0 && release.Value.Patch != 0))
            ? $"{head.Place} is the .config of Linux {OneLine.Of(head.Value.Text)}, and {release.Place} says "
                + $"{OneLine.Of(release.Value.Text)}: config may be another kernel's" : null;

    private static PlacedValue<KernelRelease> Given(string text)
    {
        if (ReleaseReader.Find(text) is not { } release)
            throw new InputException("--version",
                $"expected a release such as 6.18.15-arm64, or a file, found {TextLine.Quote(text)}");
        return ReleaseReader.ForeignTo(text, release) is { } foreign ? throw new InputException("--version", foreign)
            : new(release, new("--version"));
    }
}

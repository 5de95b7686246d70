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
                ?? (sources.Config is { Release: { } head } config ? new(head, config.File) : null);
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
            ? new(version, $"{text} ({release.Place})")
            : new(KernelVersion.Newest, $"the rules of {text} ({release.Place}) are not known yet",
                "a later version of this program");
    }

    private static PlacedValue<KernelRelease> Given(string text) =>
        ReleaseReader.Find(text) is { } release ? new(release, "--version")
            : throw new InputException("--version", 1,
                $"expected a release such as 6.18.15-arm64, or a file, found {TextLine.Quote(text)}");
}

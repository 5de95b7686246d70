using System.Buffers;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>
/// Reads a kernel's release: what uname prints with -r, -sr, -srm or -a, /proc/version, a tag such as v6.18, or the
/// name of a package or file such as linux-image-6.18.15-arm64.
/// </summary>
public static class ReleaseReader
{
    /// <summary>How /proc/version and the boot message begin.</summary>
    internal const string Banner = "Linux version ";

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");

    /// <summary>The release that a text gives; null where it gives none.</summary>
    public static KernelRelease? Find(string text)
    {
        int at = text.IndexOf(Banner, StringComparison.Ordinal);
        string rest = at >= 0 ? text[(at + Banner.Length)..] : text.Trim();
        string[] words = rest.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (at >= 0 || words is not ["Linux", ..])
            return words is [var first, ..] ? Parse(at >= 0 ? first : WithoutName(first)) : null;
        // uname -a: the system, the host's name, the release. uname -sr: the system, the release.
        return Parse(words.ElementAtOrDefault(2)) ?? Parse(words.ElementAtOrDefault(1));
    }

    // "kernel-6.12.0-55.el10.aarch64+64k", "vmlinuz-6.18.15": what stands before the first number.
    private static string WithoutName(string word)
    {
        int digit = word.AsSpan().IndexOfAnyInRange('0', '9');
        return digit > 1 && word[digit - 1] == '-' && word.AsSpan(0, digit).IndexOfAnyExcept(NameLetters) < 0
            ? word[digit..] : word;
    }

    private static KernelRelease? Parse(string? word) =>
        word is not null && KernelRelease.TryParse(word, out var release) ? release : null;

    /// <exception cref="InputException">The first line that is not blank gives no release, or one too old.</exception>
    public static PlacedValue<KernelRelease> Read(ImportFile file)
    {
        var line = file.FirstLine;
        var release = Find(line.Text)
            ?? throw file.Error(
                line.Number, $"expected a release such as 6.18.15-arm64 or /proc/version, found {line.Found}");
        if (ForeignTo(line.Text, release) is { } foreign)
            throw file.Error(line.Number, foreign);
        return release.IsTooOld ? throw file.Error(line.Number, TooOld(release))
            : new(release, file.At(line.Number));
    }

    /// <summary>
    /// The reason why a release of another architecture is refused; null for one that arm64 may have.
    /// </summary>
    public static string? ForeignTo(string text, KernelRelease release) =>
        ForeignReleases.ArchitectureOf(text, release.Text) is { } architecture
            ? $"expected a release of an arm64 kernel, found {architecture}'s {TextLine.Quote(text)}" : null;

    /// <summary>The reason why an old release is refused.</summary>
    public static string TooOld(KernelRelease release) =>
        $"expected Linux {KernelVersion.Oldest} or later, the oldest whose rules are known, found "
        + OneLine.Of(release.Text);
}

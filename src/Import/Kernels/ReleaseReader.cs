using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>Reads a kernel's release: what uname -r, uname -a or /proc/version print, or a tag such as v6.18.</summary>
public static class ReleaseReader
{
    private const string Banner = "Linux version ";

    /// <summary>The release that a text gives; null where it gives none.</summary>
    public static KernelRelease? Find(string text)
    {
        int at = text.IndexOf(Banner, StringComparison.Ordinal);
        string rest = at >= 0 ? text[(at + Banner.Length)..] : text.Trim();
        string[] words = rest.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        // uname -a: the system, the host's name, the release.
        string? word = words is ["Linux", _, var third, ..] && at < 0 ? third : words.FirstOrDefault();
        return word is not null && KernelRelease.TryParse(word, out var release) ? release : null;
    }

    /// <exception cref="InputException">The first line that is not blank gives no release, or one too old.</exception>
    public static PlacedValue<KernelRelease> Read(ImportFile file)
    {
        var line = file.FirstLine;
        var release = Find(line.Text)
            ?? throw file.Error(
                line.Number, $"expected a release such as 6.18.15-arm64 or /proc/version, found {line.Found}");
        return release.IsTooOld ? throw file.Error(line.Number, TooOld(release))
            : new(release, file.At(line.Number));
    }

    /// <summary>The reason why an old release is refused.</summary>
    public static string TooOld(KernelRelease release) =>
        $"expected Linux {KernelVersion.Oldest} or later, the oldest whose rules are known, found "
        + OneLine.Of(release.Text);
}

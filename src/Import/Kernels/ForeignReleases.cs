using System.Text.RegularExpressions;
using Orleans.Mmu.Import.Texts;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>Releases that name another architecture: "6.12.57+deb13-amd64", "… riscv64 GNU/Linux".</summary>
internal static partial class ForeignReleases
{
    /// <summary>The architecture that a text gives which has a release; null where arm64 may have it.</summary>
    /// <param name="text">What uname prints, /proc/version or a release.</param>
    /// <param name="release">The release in it.</param>
    public static string? ArchitectureOf(string text, string release)
    {
        // uname prints the machine behind the release; /proc/version names the computer that built the kernel there.
        string behind = text.Contains(ReleaseReader.Banner, StringComparison.Ordinal) ? ""
            : text[(text.IndexOf(release, StringComparison.Ordinal) + release.Length)..];
        return Find(release) ?? behind.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(Find).FirstOrDefault(found => found is not null);
    }

    private static string? Find(string word) => ForeignArchitectures.Of(Names().Match(word));

    // As uname -m, Debian, Fedora and Raspberry Pi OS name them, at the end of a release or as a word; "+debug" and the
    // like may follow. "-v7l" and "-686" count only where those distributions write them.
    [GeneratedRegex(
        "(?:^|[-.+_])(?:(?<x86>x86_64|amd64|i[3-6]86)|(?<arm>arm|armv[4-7]\\w*|armhf|armmp|armmp-lpae|armel)"
            + "|(?<riscv>riscv(?:32|64)?)|(?<ppc>ppc(?:64)?(?:le|el)?|powerpc\\w*)|(?<s390>s390x?)"
            + "|(?<loong>loong(?:arch)?(?:32|64)?)|(?<mips>mips\\w*)|(?<sparc>sparc(?:64)?))(?:\\+\\w*)?$"
            + "|\\+deb[0-9]+(?:u[0-9]+)?-(?<x86>686(?:-pae)?)$|^[0-9.]+(?:\\+rpt-rpi)?-(?<arm>v[67]l?)\\+?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}

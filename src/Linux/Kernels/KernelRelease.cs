using System.Globalization;

namespace Orleans.Mmu.Linux.Kernels;

/// <summary>
/// A kernel release as uname -r prints it, such as "6.18.15+deb13-arm64", "6.18-rc3" or "v6.18". Its first two numbers
/// select the rules.
/// </summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number.</param>
/// <param name="Text">The release as given.</param>
public sealed record KernelRelease(int Major, int Minor, string Text)
{
    private const int MostDigits = 6;

    /// <summary>The third number; 0 where there is none.</summary>
    public int Patch { get; private init; }

    /// <summary>The version whose rules apply; null where it is not known.</summary>
    public KernelVersion? Version =>
        KernelVersion.TryParse(string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}"), out var version)
            ? version : null;

    /// <summary>Whether the release is older than every version that is known.</summary>
    public bool IsTooOld => (Major, Minor).CompareTo((KernelVersion.Oldest.Major, KernelVersion.Oldest.Minor)) < 0;

    /// <summary>Whether the release is newer than every version that is known.</summary>
    public bool IsTooNew => (Major, Minor).CompareTo((KernelVersion.Newest.Major, KernelVersion.Newest.Minor)) > 0;

    /// <summary>
    /// Reads "v" (optional), two numbers, a third (optional), a fourth of a distribution (optional), "-rcN" (optional),
    /// and a suffix that begins with '-', '+', '~' or '_' (optional) and has no white space.
    /// </summary>
    public static bool TryParse(string text, out KernelRelease release)
    {
        release = new(0, 0, text);
        int at = text.StartsWith('v') ? 1 : 0;
        if (Number(text, ref at) is not { } major || !Skip(text, ref at) || Number(text, ref at) is not { } minor)
            return false;
        int? patch = Skip(text, ref at) ? Number(text, ref at) : 0;
        if (patch is null || (Skip(text, ref at) && Number(text, ref at) is null))
            return false;
        if (at < text.Length
            && (text[at] is not ('-' or '+' or '~' or '_') || text.AsSpan(at).ContainsAnyExceptInRange('!', '~')))
            return false;
        release = new(major, minor, text) { Patch = patch.Value };
        return true;
    }

    public override string ToString() => Text;

    private static bool Skip(string text, ref int at)
    {
        bool dot = at < text.Length && text[at] == '.';
        at += dot ? 1 : 0;
        return dot;
    }

    private static int? Number(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && at - start < MostDigits && char.IsAsciiDigit(text[at]))
            at++;
        return at > start ? int.Parse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture) : null;
    }
}

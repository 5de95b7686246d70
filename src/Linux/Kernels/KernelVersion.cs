using System.Globalization;

namespace Orleans.Mmu.Linux.Kernels;

/// <summary>A kernel release, by its first two numbers; 6.12 to 7.3 are known.</summary>
public readonly record struct KernelVersion : IComparable<KernelVersion>
{
    private KernelVersion(int major, int minor) => (Major, Minor) = (major, minor);

    public int Major { get; }

    public int Minor { get; }

    public static KernelVersion Oldest { get; } = new(6, 12);

    public static KernelVersion Newest { get; } = new(7, 3);

    public static bool operator <(KernelVersion a, KernelVersion b) => a.CompareTo(b) < 0;
    public static bool operator >(KernelVersion a, KernelVersion b) => a.CompareTo(b) > 0;
    public static bool operator <=(KernelVersion a, KernelVersion b) => a.CompareTo(b) <= 0;
    public static bool operator >=(KernelVersion a, KernelVersion b) => a.CompareTo(b) >= 0;

    /// <summary>Every known version, oldest first: "6.12" to "6.19", "7.0" to "7.3".</summary>
    public static IEnumerable<string> Names =>
        from major in Enumerable.Range(Oldest.Major, Newest.Major - Oldest.Major + 1)
        from minor in Enumerable.Range(0, 20)
        let text = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}")
        where TryParse(text, out _)
        select text;

    /// <summary>Reads a version such as "6.18"; 6.12 to 6.19 and 7.0 to 7.3 are known.</summary>
    public static bool TryParse(string text, out KernelVersion version)
    {
        version = Newest;
        string[] parts = text.Split('.');
        if (parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            || !((major == 6 && minor is >= 12 and <= 19) || (major == 7 && minor is >= 0 and <= 3)))
        {
            return false;
        }

        version = new(major, minor);
        return true;
    }

    /// <exception cref="FormatException">The text is not a known version.</exception>
    public static KernelVersion Parse(string text) =>
        TryParse(text, out var v) ? v : throw new FormatException($"{text} is not a kernel version from 6.12 to 7.3");

    public int CompareTo(KernelVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}

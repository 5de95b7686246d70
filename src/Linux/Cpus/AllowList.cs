using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Cpus;

/// <summary>
/// The cores on which a live translation may change size without ever raising a TLB conflict abort, as a kernel lists
/// them (cpufeature.c: cpu_supports_bbml2_noabort, later cpu_supports_bbml3).
/// </summary>
public sealed class AllowList
{
    private readonly ImmutableArray<MidrRange> _ranges;

    private AllowList(params ImmutableArray<MidrRange> ranges) => _ranges = ranges;

    /// <summary>The empty list, of kernels that do not know the feature.</summary>
    public static AllowList Empty { get; } = new();

    /// <summary>The list of 6.17, the first.</summary>
    public static AllowList Linux617 { get; } = new(
        MidrRange.Revisions(Arm(0xd82), 0, 3, 15),
        MidrRange.Revisions(Arm(0xd84), 0, 2, 15));

    /// <summary>The list of 6.18 to 7.2.</summary>
    public static AllowList Linux618 { get; } = new(
    [
        .. Linux617._ranges,
        MidrRange.Revisions(Arm(0xd83), 0, 2, 15),
        MidrRange.All(Midr.Of(0x4e, 0x010)),
        MidrRange.All(Midr.Of(0xc0, 0xac3)),
        MidrRange.All(Midr.Of(0xc0, 0xac4)),
    ]);

    /// <summary>The list of 7.3; C1-Ultra and C1-Premium from r1p1 on only (erratum 3683289).</summary>
    public static AllowList Linux73 { get; } = new(
    [
        .. Linux618._ranges,
        MidrRange.All(Arm(0xd88)),
        MidrRange.All(Arm(0xd4d)),
        MidrRange.All(Arm(0xd89)),
        MidrRange.All(Arm(0xd87)),
        MidrRange.All(Arm(0xd8e)),
        MidrRange.All(Arm(0xd8a)),
        MidrRange.All(Arm(0xd8b)),
        new(Arm(0xd8c), 0x11, 0xff),
        new(Arm(0xd90), 0x11, 0xff),
    ]);

    public IReadOnlyList<MidrRange> Ranges => _ranges;

    /// <summary>The entry for revisions of a core; null if the list does not have the core.</summary>
    public MidrRange? EntryOf(Midr midr) =>
        _ranges.Where(r => r.Model.Model == midr.Model).Cast<MidrRange?>().FirstOrDefault();

    public bool Contains(Midr midr)
    {
        foreach (var range in _ranges)
        {
            if (range.Contains(midr))
                return true;
        }

        return false;
    }

    private static Midr Arm(int part) => Midr.Of(0x41, part);
}

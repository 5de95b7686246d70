using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Costs.AddressSpaces;

/// <summary>
/// The leaf size that maps each page of a linear map: one size for all, or the runs of leaves of a real map.
/// </summary>
public sealed class LinearPageSizes
{
    private LinearPageSizes(int uniform, int pageLog2, ImmutableArray<SizeRun> runs) =>
        (Uniform, PageLog2, Runs) = (uniform, pageLog2, runs);

    /// <summary>log2 of the single leaf size; 0 for a map of runs.</summary>
    public int Uniform { get; }

    /// <summary>log2 of the granule's page.</summary>
    public int PageLog2 { get; }

    /// <summary>Runs in order, without overlap.</summary>
    public ImmutableArray<SizeRun> Runs { get; }

    /// <summary>A map whose leaves all have one size.</summary>
    /// <param name="log2">
    /// log2 of bytes, from <see cref="PageSizes.MinLog2"/> to <see cref="PageSizes.MaxLog2"/>.
    /// </param>
    public static LinearPageSizes Of(int log2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(log2, PageSizes.MinLog2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(log2, PageSizes.MaxLog2);
        return new(log2, PageSizes.MinLog2, []);
    }

    /// <summary>
    /// The runs of a real linear map. A contiguous group counts as one leaf; an invalid descriptor counts as none.
    /// </summary>
    public static LinearPageSizes Of(KernelMap map) => Of(map.Geometry, map.Leaves().Where(l => l.First.IsValid)
        .Select(l => (l.Start, l.Length(map.Geometry), l.Level, l.First.Contiguous)));

    /// <summary>The linear map that a ptdump shows.</summary>
    public static LinearPageSizes Of(TranslationGeometry geometry, IEnumerable<PtdumpRow> rows) =>
        Of(geometry, rows.Where(r => r.IsValid).Select(r => (r.Start, r.Length, r.Level, r.IsContiguous)));

    private static LinearPageSizes Of(
        TranslationGeometry geometry,
        IEnumerable<(VirtualAddress Start, ulong Bytes, Level Level, bool Contiguous)> leaves)
    {
        var runs = ImmutableArray.CreateBuilder<SizeRun>();
        foreach (var (start, bytes, level, contiguous) in leaves)
        {
            ulong size = contiguous ? geometry.ContiguousSize(level) : geometry.Size(level);
            var run = new SizeRun((start - geometry.UpperHalfStart) >> 12, bytes >> 12, (byte)ulong.Log2(size));
            if (runs.Count > 0 && runs[^1].End == run.Start && runs[^1].Log2 == run.Log2)
                runs[^1] = runs[^1] with { Pages = runs[^1].Pages + run.Pages };
            else
                runs.Add(run);
        }

        return Of(geometry.Granule.PageShift, runs.ToImmutable());
    }

    /// <param name="pageLog2">log2 of the granule's page.</param>
    /// <param name="runs">In order, without overlap.</param>
    public static LinearPageSizes Of(int pageLog2, ImmutableArray<SizeRun> runs) => new(0, pageLog2, runs);

    /// <summary>A copy in which pages form contiguous groups wherever a whole group is mapped.</summary>
    public LinearPageSizes InContiguousGroups(TranslationGeometry geometry)
    {
        ulong bytes = geometry.ContiguousSize(Level.L3);
        ulong group = bytes >> 12;
        var runs = ImmutableArray.CreateBuilder<SizeRun>();
        foreach (var run in Runs)
        {
            ulong first = Math.Min((run.Start + group - 1) / group * group, run.End);
            ulong last = Math.Max(run.End / group * group, first);
            if (run.Log2 != PageLog2 || first == last)
            {
                runs.Add(run);
                continue;
            }

            SizeRun[] parts = [
                new(run.Start, first - run.Start, run.Log2), new(first, last - first, (byte)ulong.Log2(bytes)),
                new(last, run.End - last, run.Log2)];
            runs.AddRange(parts.Where(p => p.Pages > 0));
        }

        return Of(PageLog2, runs.ToImmutable());
    }

    /// <summary>Creates a cursor for look-ups; each thread needs its own.</summary>
    public Cursor Begin() => new(this);

    /// <summary>
    /// Parses "4K", "64K", "2M" or "1G": log2 of the bytes, or 0 if the text is no power of two from 4K to 512G.
    /// </summary>
    public static int ParseSize(string text)
    {
        int unit = text.Length < 2 ? -1 : "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal);
        if (unit < 0
            || !uint.TryParse(
                text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint count)
                    || !uint.IsPow2(count))
            return 0;
        int log2 = (int)uint.Log2(count) + 10 * (unit + 1);
        return log2 is >= PageSizes.MinLog2 and <= PageSizes.MaxLog2 ? log2 : 0;
    }

    /// <summary>Looks pages up. It keeps the run that it found last, since the next page is usually near.</summary>
    public sealed class Cursor
    {
        private readonly int _uniform;
        private readonly ImmutableArray<SizeRun> _runs;
        private SizeRun _last;

        internal Cursor(LinearPageSizes map) => (_uniform, _runs) = (map.Uniform, map.Runs);

        /// <summary>log2 of the bytes of the leaf that maps a page; 0 where none does.</summary>
        /// <param name="offset">Pages of 4 KB above PAGE_OFFSET.</param>
        public int Log2Of(ulong offset)
        {
            if (_uniform != 0)
                return _uniform;
            if (!_last.Holds(offset) && !_runs.IsEmpty)
                _last = Find(offset);
            return _last.Holds(offset) ? _last.Log2 : 0;
        }

        // The last run that begins at or before the page.
        private SizeRun Find(ulong offset)
        {
            int low = 0;
            int high = _runs.Length - 1;
            while (low < high)
            {
                int middle = (low + high + 1) / 2;
                if (_runs[middle].Start <= offset)
                    low = middle;
                else
                    high = middle - 1;
            }

            return _runs[low];
        }
    }
}

/// <summary>A run of consecutive pages that leaves of one size map.</summary>
/// <param name="Start">The first page, in pages of 4 KB above PAGE_OFFSET.</param>
/// <param name="Pages">Number of pages of 4 KB.</param>
/// <param name="Log2">log2 of the bytes of a leaf.</param>
public readonly record struct SizeRun(ulong Start, ulong Pages, byte Log2)
{
    public ulong End => Start + Pages;

    public bool Holds(ulong offset) => offset - Start < Pages;
}

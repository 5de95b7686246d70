using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>Addresses of the linear map where two maps differ in one way.</summary>
/// <param name="Expected">The leaf that was expected; null for nothing.</param>
/// <param name="Found">The leaf that was found; null for nothing.</param>
internal readonly record struct LeafDifference(
    VirtualAddress Start, VirtualAddress End, LeafKind? Expected, LeafKind? Found)
{
    /// <summary>The differences of two maps, ascending; ranges that differ alike are joined.</summary>
    /// <param name="end">PAGE_END, where both maps end.</param>
    public static List<LeafDifference> Between(TranslationGeometry geometry, VirtualAddress end,
        IReadOnlyList<LeafSequence> expected, IReadOnlyList<LeafSequence> found, bool hasOutputAddresses)
    {
        var differences = new List<LeafDifference>();
        var (left, right) = (new Cursor(geometry, expected), new Cursor(geometry, found));
        for (var at = geometry.UpperHalfStart; at < end;)
        {
            var (a, aEnd) = left.At(at, end, hasOutputAddresses);
            var (b, bEnd) = right.At(at, end, hasOutputAddresses);
            var next = aEnd < bEnd ? aEnd : bEnd;
            if (a != b)
            {
                if (differences.Count > 0 && differences[^1] is var last && last.End == at && last.Expected == a
                    && last.Found == b)
                    differences[^1] = last with { End = next };
                else
                    Add(differences, new(at, next, a, b), Math.Max(expected.Count, found.Count));
            }

            at = next;
        }

        return differences;
    }

    // So many differences are another map, which differs in about as many places as it has runs.
    private const int Many = 1 << 14;

    private static void Add(List<LeafDifference> differences, in LeafDifference difference, int runs)
    {
        if (differences.Count == Many)
            differences.EnsureCapacity(Math.Max(Many, runs) + Many);
        differences.Add(difference);
    }

    private struct Cursor(TranslationGeometry geometry, IReadOnlyList<LeafSequence> runs)
    {
        private int _index;
        private int _known = -1;
        private LeafKind _kind;
        private VirtualAddress _end;

        /// <summary>The leaf at an address, and where it or the hole ends.</summary>
        public (LeafKind? Kind, VirtualAddress End) At(VirtualAddress at, VirtualAddress limit, bool hasAddresses)
        {
            if (_known == _index && at < _end)
                return (_kind, _end);
            while (_index < runs.Count && Ends(runs[_index]) <= at)
                _index++;
            if (_index == runs.Count || runs[_index].Start >= limit)
                return (null, limit);
            var run = runs[_index];
            if (run.Start > at)
                return (null, run.Start);
            (_known, _kind) = (_index, LeafKind.Of(geometry, run, hasAddresses));
            _end = Ends(run) < limit ? Ends(run) : limit;
            return (_kind, _end);
        }

        // Linear maps end below 2^64, and a leaf of a dump that reaches it ends at the last address.
        private readonly VirtualAddress Ends(in LeafSequence run) =>
            run.End(geometry) is var end && end > run.Start ? end : new(ulong.MaxValue);
    }
}

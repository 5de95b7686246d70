using System.Collections;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>Differences that are put into words one by one, since a map of a million leaves may have as many.</summary>
/// <param name="explanations">For each difference; null where there is none.</param>
internal sealed class DifferencesInWords(IReadOnlyList<LeafDifference> differences, IReadOnlyList<string?> explanations,
    TranslationGeometry geometry, MemoryTypes types) : IReadOnlyList<MapDifference>
{
    public int Count => differences.Count;

    public MapDifference this[int index]
    {
        get
        {
            var difference = differences[index];
            return new(difference.Start, difference.End,
                LeafKind.Text(difference.Expected, geometry, difference.Start, types),
                LeafKind.Text(difference.Found, geometry, difference.Start, types), explanations[index]);
        }
    }

    public IEnumerator<MapDifference> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

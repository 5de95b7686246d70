using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Ptdumps;

/// <summary>
/// The granule and the VA size of a ptdump, which does not say them. The linear map's first address gives the VA size.
/// Rows of a larger granule can mostly be read as those of a smaller one, so the largest granule that fits is taken;
/// where contiguous rows would cut fewer groups with another granule, that one.
/// </summary>
internal static class PtdumpGeometry
{
    /// <param name="granule">The granule, where it is known.</param>
    /// <param name="vaBits">The VA size, where it is known.</param>
    /// <param name="notes">Receives what was assumed.</param>
    /// <exception cref="InputException">No geometry has the rows.</exception>
    public static TranslationGeometry Choose(
        string file, PtdumpText text, Granule? granule, int? vaBits, List<string> notes)
    {
        var start = text.Markers.Where(m => m.Name == PtdumpMarkers.LinearStart).Select(m => (ulong?)m.Start)
            .FirstOrDefault();
        var end = text.Markers.Where(m => m.Name == PtdumpMarkers.LinearEnd).Select(m => (ulong?)m.Start)
            .FirstOrDefault();
        var candidates = Granule.All.Where(g => granule is null || g == granule)
            .Select(g => Candidate(g, start, end, text.Evidence.Lowest, vaBits)).OfType<TranslationGeometry>().ToList();
        var fitting = candidates.Where(c => text.Evidence.Contradiction(c) is null)
            .OrderBy(c => text.Evidence.CutGroups(c.Granule)).ThenByDescending(c => c.Granule.PageShift).ToList();
        if (fitting.Count == 0)
            throw Misfit(file, text, candidates, start);
        var chosen = fitting[0];
        if (granule is null && fitting.Count > 1)
            notes.Add($"ptdump does not say its page size: taken as {chosen.Granule}; the rows also fit "
                + $"{string.Join(" and ", fitting.Skip(1).Select(f => f.Granule))} (--page-size)");
        if (vaBits is null && start is null)
            notes.Add($"the text does not show where the linear map starts: taken as {chosen.VaBits}-bit addresses "
                + "(--va-bits)");
        return chosen;
    }

    private static TranslationGeometry? Candidate(
        Granule granule, ulong? start, ulong? end, ulong lowest, int? given)
    {
        var sizes = TranslationGeometry.VaSizes(granule);
        // Where the linear map ends excludes sizes; the smallest that has all rows is taken of the others.
        var ending = sizes.Where(s => end is null || end == EndOf(granule, s)).ToList();
        int bits = given ?? (start is { } at ? BitOperations.TrailingZeroCount(at)
            : (ending.Count > 0 ? ending : sizes).FirstOrDefault(s => lowest >= ulong.MaxValue << s, sizes[^1]));
        bool isStart = given is not null || start is null || start == ulong.MaxValue << bits;
        return isStart && sizes.Contains(bits) ? TranslationGeometry.Create(granule, bits) : null;
    }

    private static ulong EndOf(Granule granule, int vaBits) =>
        LinearMapLayout.EndOf(TranslationGeometry.Create(granule, vaBits)).Value;

    private static InputException Misfit(
        string file, PtdumpText text, List<TranslationGeometry> candidates, ulong? start)
    {
        if (candidates.Count == 0)
            return new(file, text.Markers.FirstOrDefault(m => m.Name == PtdumpMarkers.LinearStart).Line,
                $"expected a linear map that starts at -2^{TranslationGeometry.ListOfVaSizes}, as arm64's page sizes "
                + "allow, found " + (start is { } at ? new VirtualAddress(at).ToString() : "none"));
        var smallest = candidates.MinBy(c => c.Granule.PageShift)!;
        var (line, expected) = text.Evidence.Contradiction(smallest)!.Value;
        return new(file, line, $"expected {expected}");
    }
}

using CsCheck;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// Small machines with odd memory: every granule and VA size, ranges of all scales that begin and end anywhere.
/// </summary>
internal static class RandomMachine
{
    // A number of pages that is small, or large and round, or large and odd.
    private static readonly Gen<ulong> Pages =
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 12], Gen.Int[0, 20])
            .Select((n, scale, odd) => ((ulong)n << scale) + (ulong)odd);

    /// <summary>Machines that paint large leaves.</summary>
    public static Gen<MachineDescription> Blocks { get; } = Gen.Select(
        Gen.OneOf([.. Granule.All.SelectMany(g => TranslationGeometry.VaSizes(g).Select(v => (g, v)))]),
        Gen.OneOf("6.18", "7.1", "7.3"),
        Gen.Select(Gen.ULong[0, 3000], Gen.ULong[1, 60], Gen.ULong[0, 600], Gen.ULong[0, 60]),
        Gen.Select(Gen.ULong[0, 700], Pages).Array[0, 3],
        Pages,
        Gen.Select(Gen.ULong[0, 100_000], Gen.ULong[1, 500]).Array[0, 2],
        Gen.Bool).Select((shape, version, image, ranges, tail, holes, kfence) =>
    {
        var (granule, vaBits) = shape;
        ulong page = granule.PageSize;
        ulong start = 0x4000_0000 + image.Item1 * page;
        ulong text = Up(start + image.Item2 * page, 0x1_0000);
        ulong stext = text + 0x1_0000;
        ulong initBegin = stext + (8 + image.Item3) * 0x1_0000;
        ulong initEnd = initBegin + image.Item4 * 0x1_0000;
        ulong end = initEnd + 0x2_0000;
        var memory = new List<(ulong, ulong)> { (start, Up(end, page) + tail * page) };
        foreach (var (gap, size) in ranges)
        {
            ulong at = memory[^1].Item2 + gap * page;
            // A 36-bit VA has room for 32 GiB.
            if (at + size * page < 0x4000_0000 + (30UL << 30))
                memory.Add((at, at + size * page));
        }

        return new TestMachine
        {
            Version = version,
            PageSize = granule.Name,
            VaBits = vaBits,
            CommandLine = kfence ? "kfence.sample_interval=100" : "",
            Image = [text, stext, initBegin, initEnd, initEnd + 0x1_1234, end],
            Memory = memory,
            NoMap = [.. Holes(holes, end, page).Where(h => memory.Any(m => h.Item1 < m.Item2))],
        }.Describe();
    });

    /// <summary>A machine's painted map and a range of it.</summary>
    public static Gen<(PaintedMap Map, LinearRange Range)> MapAndRange { get; } =
        Gen.Select(Blocks, Gen.ULong, Gen.ULong, Gen.Int[0, 3]).Select((machine, from, length, kind) =>
        {
            var map = PaintedMap.Of(machine);
            if (kind < 2)
                return (map, LinearRange.Of((RepaintRange)kind, machine));
            ulong page = machine.Geometry.Granule.PageSize;
            var memory = map.Painter.Layout.Memory(machine);
            ulong extent = (memory[^1].End - memory[0].Start) / page + 8;
            var start = map.Painter.Layout.ToVirtual(memory[0].Start) + from % extent * page;
            ulong most = kind == 2 ? 40 : extent;
            return (map, new LinearRange(start, start + length % most * page));
        });

    private static IEnumerable<(ulong, ulong)> Holes((ulong Gap, ulong Pages)[] holes, ulong after, ulong page)
    {
        ulong at = Up(after, page);
        foreach (var (gap, pages) in holes)
        {
            yield return (at + gap * page, at + (gap + pages) * page);
            at += (gap + pages) * page;
        }
    }

    private static ulong Up(ulong value, ulong size) => (value + size - 1) & ~(size - 1);
}

using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Truth;

/// <summary>
/// A predicted map against a real one at every boundary of either. Run-time permission changes are applied to the
/// prediction; around them, in the leaves that had to be split, sizes are not compared.
/// </summary>
internal sealed class MapComparison(TranslationGeometry geometry, IReadOnlyList<LeafSequence> real,
    IReadOnlyList<LeafSequence> model, IReadOnlyList<RuntimeChange> changes)
{
    public IEnumerable<string> Differences()
    {
        var shattered = changes.SelectMany(Neighbourhood).ToList();
        var bounds = real.Concat(model).SelectMany(r => new[] { r.Start, r.End(geometry) })
            .Concat(shattered.SelectMany(s => new[] { s.Start, s.End }))
            .Concat(changes.SelectMany(c => new[] { c.Start, c.End }))
            .Distinct().Order().ToList();
        int atReal = 0, atModel = 0, atShattered = 0, atChange = 0;
        var byStart = shattered.OrderBy(s => s.Start).ToList();
        var ordered = changes.OrderBy(c => c.Start).ToList();
        foreach (var va in bounds)
        {
            atReal = Skip(real, atReal, r => r.End(geometry) <= va);
            atModel = Skip(model, atModel, r => r.End(geometry) <= va);
            atShattered = Skip(byStart, atShattered, s => s.End <= va);
            atChange = Skip(ordered, atChange, c => c.End <= va);
            bool exact = atShattered == byStart.Count || byStart[atShattered].Start > va;
            var change = atChange < ordered.Count && ordered[atChange].Start <= va ? ordered[atChange] : null;
            string found = Describe(real, atReal, va, exact, null);
            string expected = Describe(model, atModel, va, exact, change);
            if (found != expected)
                yield return $"{va}: the kernel has {found}, the model {expected}";
        }
    }

    // The leaf or contiguous group that a changed page lies in: splitting can change the sizes of nothing else.
    private IEnumerable<(VirtualAddress Start, VirtualAddress End)> Neighbourhood(RuntimeChange change)
    {
        for (var va = change.Start; va < change.End;)
        {
            var run = model.First(r => r.Start <= va && va < r.End(geometry));
            ulong size = run.First.Contiguous ? geometry.ContiguousSize(run.Level) : geometry.Size(run.Level);
            yield return (va.AlignDown(size), va.AlignDown(size) + size);
            va = va.AlignDown(size) + size;
        }
    }

    private string Describe(
        IReadOnlyList<LeafSequence> runs, int index, VirtualAddress va, bool exact, RuntimeChange? change)
    {
        if (index == runs.Count || runs[index].Start > va)
            return "nothing";
        var run = runs[index];
        var leaf = run.First;
        var attributes = leaf.Attributes(geometry, run.Level);
        bool valid = leaf.IsValid;
        if (change is { Invalid: true })
            valid = false;
        else if (change is not null)
            attributes = attributes.WithReadOnly(true).WithDirtyBitModifier(false);
        string shape = exact ? $" level {run.Level}{(leaf.Contiguous ? " contiguous" : "")}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{leaf.OutputAddress(geometry, run.Level) + (va - run.Start)}{shape}{(valid ? "" : " invalid")} "
            + $"attributes {attributes.Bits:x}");
    }

    private static int Skip<T>(IReadOnlyList<T> items, int index, Func<T, bool> past)
    {
        while (index < items.Count && past(items[index]))
            index++;
        return index;
    }
}

/// <summary>A permission change at run time, from changes.txt.</summary>
internal sealed record RuntimeChange(VirtualAddress Start, VirtualAddress End, bool Invalid)
{
    public static IReadOnlyList<RuntimeChange> Read(string boot, TranslationGeometry geometry) =>
        [.. File.ReadLines(TruthFolder.File(boot, "changes.txt")).Where(l => l.Length > 0)
            .Select(l => Parse(l, geometry))];

    private static RuntimeChange Parse(string line, TranslationGeometry geometry)
    {
        string[] words = line.Split(' ');
        var start = new VirtualAddress(Convert.ToUInt64(words[1], 16));
        ulong pages = ulong.Parse(words[2], CultureInfo.InvariantCulture);
        return new(start, start + pages * geometry.Granule.PageSize, words[0] switch
        {
            "set_memory_ro" => false,
            "set_memory_invalid" => true,
            _ => throw new InvalidDataException(line),
        });
    }
}

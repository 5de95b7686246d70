using System.Globalization;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Tests.Truth;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>The machines whose tables were read from real kernels boot in the mode that those tables show.</summary>
[Collection(nameof(OneSilo))]
public sealed class TruthBootTests(OneSilo lab)
{
    [Theory]
    [ClassData(typeof(TruthBoots))]
    public async Task A_real_machine_boots_in_the_mode_that_its_tables_show(string name)
    {
        string folder = Path.Combine(TruthFolder.Path, name);
        string json = await File.ReadAllTextAsync(Path.Combine(folder, "machine.json"));
        var (_, report) = await lab.Boot(json, "idmap-reserved", 1);
        Assert.Equal(ModeOf(name, json), report.Mode);
        Assert.Equal(MachineOutcome.Online, report.Outcome);
        Assert.Equal(WritableText(folder, json), report.Violations.Select(v => (v.Rule, v.Address!.Value)));
        Assert.Equal(BytesMapped(folder), Bytes(report.After));
    }

    // What the real kernel left writable of its own text, as its tables say.
    private static IEnumerable<(string Rule, ulong Address)> WritableText(string folder, string json)
    {
        var machine = MachineFile.Parse("truth", json);
        var layout = LinearMapLayout.Of(machine);
        var text = machine.Rules.AliasFromText ? machine.Image.Text : machine.Image.Stext;
        var (from, to) = (layout.ToVirtual(text).Value, layout.ToVirtual(machine.Image.InitBegin).Value);
        return File.ReadLines(Path.Combine(folder, "leaves.tsv")).Skip(1).Select(l => l.Split('\t'))
            .Where(c => Hex(c[0]) < to && Hex(c[1]) > from && c[6] == "1" && c[7] == "0")
            .Select(c => ("writable-alias", Math.Max(from, Hex(c[0]))));
    }

    // A large leaf outside the image's alias can only be there if nothing was repainted. Pages alone were painted, or
    // repainted, which the boot CPU decides: one that may split live paints large.
    private static string ModeOf(string name, string json)
    {
        var machine = MachineFile.Parse(name, json);
        var layout = LinearMapLayout.Of(machine);
        var (from, to) = (layout.ToVirtual(machine.Image.Text), layout.ToVirtual(machine.Image.BssStop));
        bool large = File.ReadLines(TruthFolder.File(name, "leaves.tsv")).Skip(1).Select(l => l.Split('\t')).Any(c =>
            (Hex(c[0]) < from.Value || Hex(c[0]) >= to.Value)
            && (c[10] == "1" || ulong.Parse(c[4], CultureInfo.InvariantCulture) > machine.Geometry.Granule.PageSize));
        return large ? "block"
            : machine.Cpus[0].KernelTrusts(machine.Rules) && machine.Rules.SplitsLinearMap ? "repaint" : "page";
    }

    private static long BytesMapped(string folder) =>
        File.ReadLines(Path.Combine(folder, "leaves.tsv")).Skip(1).Select(l => l.Split('\t'))
            .Sum(c => (long)(Hex(c[1]) - Hex(c[0])));

    private static long Bytes(MapReport map) => map.Leaves.Sum(l => l.Value * Size(l.Key.Split('+')[0]));

    private static long Size(string name) =>
        long.Parse(name.AsSpan(0, name.Length - 1), CultureInfo.InvariantCulture) << name[^1] switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            _ => 40,
        };

    private static ulong Hex(string text) =>
        ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

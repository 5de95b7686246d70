using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.LinearMap;
using ZstdSharp;

namespace Orleans.Mmu.Benchmarks.TlbModel;

/// <summary>
/// The replay beside a C program of the same model, in turns, so that both see the machine's fast and slow minutes. Of
/// each the best of its turns counts, and the counts of both must be equal.
/// </summary>
internal static class TlbComparison
{
    private const int Rounds = 7;
    private const int LackeyLines = 10_000_000;

    private static readonly string[] Shapes = ["10/10/512x4", "15/16/1024x4", "48/48/1280x5", "48/96/2048x8"];
    private static readonly int[] Sizes = [12, 16, 21, 30];
    private static readonly int[] Scatter = [0, 75];

    /// <returns>0; 1 where counts differ; 2 where something is missing.</returns>
    public static int Run()
    {
        string folder = Directory.CreateTempSubdirectory("mmu-tlb-").FullName;
        try
        {
            var program = new CProgram(folder);
            string root = Sources.Root;
            if (program.Compile(
                Path.Combine(root, "benchmarks", "Orleans.Mmu.Benchmarks", "TlbModel", "tlb.c")) is { } missing)
            {
                Console.Error.WriteLine($"tlb: {missing}");
                return 2;
            }

            string trace = Path.Combine(folder, "dmcrypt.ktr");
            using (var compressed = new DecompressionStream(
                File.OpenRead(Path.Combine(root, "tests", "traces", "dmcrypt-seqwrite4k-100Minstr.ktr.zst"))))
            using (var plain = File.Create(trace))
                compressed.CopyTo(plain);
            bool equal = One(program, trace) & Sweep(program, trace);
            Lackey(folder);
            Memory(trace, folder);
            return equal ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool One(CProgram program, string trace)
    {
        var configuration = new TlbConfiguration(Tlbs("48/48/1280x5"), new("4K", LinearPageSizes.Of(12)));
        var (best, c) = (double.MaxValue, (Seconds: double.MaxValue, L1Misses: 0L, Walks: 0L));
        double first = 0;
        TlbSimulationResult? result = null;
        for (int round = 0; round < Rounds; round++)
        {
            var run = program.Replay(trace, "48", "48", "1280", "5", "12");
            c = run with { Seconds = Math.Min(c.Seconds, run.Seconds) };
            double seconds = Time(() => result = Replay(trace, [configuration]));
            first = round == 0 ? seconds : first;
            best = Math.Min(best, seconds);
        }

        Say($"one configuration: C {c.Seconds:0.000} s, here {best:0.000} s ({first:0.000} s the first time), "
            + $"{best / c.Seconds:0.00} of C's time");
        return Check(c.L1Misses == result!.Counts[0].L1Misses && c.Walks == result.Counts[0].Walks);
    }

    private static bool Sweep(CProgram program, string trace)
    {
        var maps = Sizes.ToDictionary(s => s, LinearPageSizes.Of);
        List<TlbConfiguration> configurations =
        [
            .. Shapes.SelectMany(shape => Sizes.SelectMany(size => Scatter.Select(scatter =>
                new TlbConfiguration(Tlbs(shape), new(LeafCensus.SizeName(1UL << size), maps[size], scatter))))),
        ];
        double c = 0;
        double best = double.MaxValue;
        bool equal = true;
        TlbSimulationResult? result = null;
        for (int round = 0; round < 3; round++)
            best = Math.Min(best, Time(() => result = Replay(trace, configurations)));
        for (int i = 0; i < configurations.Count; i++)
        {
            var tlbs = configurations[i].Tlbs;
            string size = Sizes[i / Scatter.Length % Sizes.Length].ToString(CultureInfo.InvariantCulture);
            // The C program knows no scatter: it runs those configurations as often, without it.
            var run = program.Replay(trace, Text(tlbs.Instructions.Entries), Text(tlbs.Data.Entries),
                Text(tlbs.Second!.Entries), Text(tlbs.Second.Ways), size);
            c += run.Seconds;
            if (configurations[i].Mapping.ScatterPercent == 0)
                equal &= run.L1Misses == result!.Counts[i].L1Misses && run.Walks == result.Counts[i].Walks;
        }

        Say($"sweep of {configurations.Count} configurations on {Environment.ProcessorCount} processors: "
            + $"{configurations.Count} runs of C {c:0.00} s, here {best:0.00} s, {c / best:0.0} times as fast");
        return Check(equal);
    }

    private static void Lackey(string folder)
    {
        string file = Path.Combine(folder, "lackey.txt");
        var random = new Random(1);
        using (var writer = new StreamWriter(file))
        {
            ulong pc = 0x401000;
            for (int i = 0; i < LackeyLines; i++)
            {
                if (i % 3 != 2)
                {
                    pc = random.Next(50) == 0 ? 0x400000 + (ulong)random.Next(1 << 20) : pc + 4;
                    writer.Write($"I  {pc:x8},4\n");
                }
                else
                    writer.Write($" {"LSM"[random.Next(3)]} {0x1ffe000000 + (ulong)random.Next(1 << 22):x10},8\n");
            }
        }

        var configuration = new TlbConfiguration(Tlbs("48/48/1280x5"), new("4K", LinearPageSizes.Of(12)));
        double best = double.MaxValue;
        for (int round = 0; round < 5; round++)
            best = Math.Min(best, Time(() => Replay(file, [configuration])));
        Say($"lackey's text: {LackeyLines / best / 1e6:0.0} million lines a second "
            + $"({new FileInfo(file).Length / best / 1e6:0} MB/s)");
    }

    // The same trace over and over: what is allocated must not grow with it.
    private static void Memory(string trace, string folder)
    {
        var configuration = new TlbConfiguration(Tlbs("48/48/1280x5"), new("4K", LinearPageSizes.Of(12)));
        byte[] start = new byte[8 << 20];
        string part = Path.Combine(folder, "part.ktr");
        using (var stream = File.OpenRead(trace))
            stream.ReadExactly(start);
        File.WriteAllBytes(part, start);
        foreach (string file in (string[])[part, trace])
        {
            Replay(file, [configuration]);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Replay(file, [configuration]);
            Say($"memory: {(GC.GetTotalAllocatedBytes(precise: true) - before) / 1e6:0.0} MB allocated for a trace "
                + $"of {new FileInfo(file).Length / 1e6:0} MB");
        }
    }

    private static TlbSimulationResult Replay(string trace, IReadOnlyList<TlbConfiguration> configurations)
    {
        using var stream = File.OpenRead(trace);
        return TlbSimulation.Run(new(trace, trace, stream), configurations, new(), null, CancellationToken.None);
    }

    private static TlbHierarchy Tlbs(string text) =>
        TlbHierarchy.TryParse(text, out var tlbs) ? tlbs! : throw new ArgumentException(text);

    private static double Time(Action action)
    {
        long began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static bool Check(bool equal)
    {
        Say($"counts are {(equal ? "equal" : "NOT EQUAL")}");
        return equal;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // InvariantGlobalization is set for all projects: numbers have no other form.
    private static void Say(string text) => Console.WriteLine(text);
}

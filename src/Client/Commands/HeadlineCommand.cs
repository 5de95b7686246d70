using System.CommandLine;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>mmu headline: derives the numbers that the series was merged with, as a page in Markdown.</summary>
internal static class HeadlineCommand
{
    private const ulong WarmUp = 20_000_000;
    private const int GigabyteLog2 = 30;
    private const string Machine = "ampereone-192";

    private static readonly string[] Shapes = ["48/48/1280x5", "48/48/2048x8", "48/96/2048x8"];

    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>(
            "FOLDER")
        {
            HelpName = "FOLDER",
            Description = "Where the traces of memcached, dm-crypt and XFS lie (tests/traces)."
        };
        var plot = new WrittenFileOption("--plot") { HelpName = "FILE.svg", Description = "Draw misses over scatter." };
        var command = new Command(
            "headline", "Explains the series' published numbers from first principles, as a page in Markdown.") {
                folder, plot };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var drawing = parsed.GetValue(plot) is { } file ? PlotOption.Open(file) : null;
            string where = parsed.GetRequiredValue(folder);
            var progress = new TlbSimulationProgress("headline", where);
            var machine = MachineSource.Read(Machine, terminal);
            var work = Task.Run(() => Gather(where, machine, progress, cancellationToken), cancellationToken);
            var findings = await Watch.ForAsync(_ => progress.AskAsync(), work, terminal, cancellationToken);
            terminal.Out.Write(HeadlinePage.Render(findings));
            terminal.Out.Flush();
            drawing?.Write(HeadlinePage.Plot(findings.Studies));
            return ExitCode.Done;
        });
        HelpSections.AddTo(
            command, output => HelpSections.WriteExamples(output, "mmu headline tests/traces > docs/headline.md"));
        return command;
    }

    private static HeadlineFindings Gather(
        string folder, MachineDescription machine, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var tlbs = Shapes.Select(
            s => TlbHierarchy.TryParse(s, out var parsed) ? parsed! : throw new InvalidOperationException(s)).ToList();
        var mappings = MappingCost.Of(machine, MachineBoot.Of(machine));

        // memcached: the scatter study of each TLB, and the cost of both mappings with descriptors in caches.
        var studies = tlbs.Select(ScatterStudy.Configurations).ToList();
        var memcached = Replay(
            folder, "memcached", [.. studies.SelectMany(s => s)], WarmUp, progress, cancellationToken);
        var found = tlbs.Select(
            (t, i) =>
                ScatterStudy.Of(
                    t, [.. memcached.Counts.Skip(studies.Take(i).Sum(s => s.Count)).Take(studies[i].Count)])).ToList();
        int scatter = (int)Math.Round(found[0].ScatterAt(1 - HeadlineFindings.PublishedMisses, p => p.L1) ?? 0);
        var caches = MachineCost.Caches(CostParameters.Usual);
        var walks = tlbs[0] with { Walks = CoreTlbs.Of("Cortex-A55")!.Walks };
        var pages = LinearPageSizes.Of(PageSizes.MinLog2);
        TlbConfiguration[] compared =
        [
            .. new[] { pages, LinearPageSizes.Of(PageSizes.ImageLog2), LinearPageSizes.Of(GigabyteLog2) }.Select(
                m => new TlbConfiguration(walks, new("", m, scatter), caches)),
        ];
        var cost = Replay(folder, "memcached", compared, WarmUp, progress, cancellationToken);

        // The other traces: the share of kernel-mode misses that fall on the linear map.
        var all = tlbs.Select(t => new TlbConfiguration(t, new("4K", pages))).ToList();
        var shares = ((string[])["dmcrypt", "xfs"])
            .Select(name => Replay(folder, name, all, 0, progress, cancellationToken)).ToList();
        return new(machine, mappings, found, scatter, cost, shares, tlbs);
    }

    private static TlbSimulationResult Replay(
        string folder, string name, IReadOnlyList<TlbConfiguration> configurations, ulong warmUp,
        IProgress<long> progress, CancellationToken cancellationToken)
    {
        if (folder.Length == 0)
            throw new UsageException("expected the name of a folder of traces, found an empty one");
        string[] files = Directory.Exists(folder)
            ? Directory.GetFiles(folder, $"{name}*.ktr*")
            : throw new UsageException($"{folder}: expected a folder of traces, found none");
        if (files.Length != 1)
            throw new UsageException($"{folder}: expected one trace {name}*.ktr or .ktr.zst, found {files.Length}");
        var result = MemoryTraceFile.Read(files[0], stream =>
            TlbSimulation.Run(
                new(MemoryTraceFile.NameOf(files[0]), files[0], stream), configurations,
                new(WarmUpInstructions: warmUp), progress, cancellationToken));
        return result.Error is null ? result : throw new UsageException(result.Error);
    }
}

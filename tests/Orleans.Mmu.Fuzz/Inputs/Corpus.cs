using System.Text;
using System.Text.RegularExpressions;
using Orleans.Mmu.Fuzz.Judgement;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>
/// Valid inputs of every kind, from which cases are made: the repository's own, what mmu itself writes, and small made
/// ones for formats of which the repository has no small file.
/// </summary>
internal sealed partial class Corpus
{
    private readonly Dictionary<InputKind, List<FuzzSeed>> _seeds =
        Enum.GetValues<InputKind>().ToDictionary(k => k, _ => new List<FuzzSeed>());

    private Corpus()
    {
    }

    public IReadOnlyList<FuzzSeed> Of(InputKind kind) => _seeds[kind];

    public static async Task<Corpus> ReadAsync(CancellationToken cancellationToken)
    {
        var corpus = new Corpus();
        corpus.AddFiles();
        await corpus.AddOutputsAsync(cancellationToken);
        corpus.AddTraces();
        return corpus;
    }

    private void AddFiles()
    {
        foreach (string name in BuiltInMachines.Names)
            Add(InputKind.Machine, "m.json", BuiltInMachines.Find(name)!);
        string claims = Repository.PathOf("docs", "claims");
        foreach (string file in Files(claims, "*.jsonc"))
            Add(InputKind.Machine, "m.json", File.ReadAllText(file));
        foreach (string file in Files(claims, "*.changes"))
            Add(InputKind.Changes, "c.changes", File.ReadAllText(file));
        foreach (string file in Files(Repository.PathOf("tests", "litmus"), "*.litmus"))
            Add(InputKind.Litmus, "t.litmus", File.ReadAllText(file));
        Add(InputKind.Expected, "e.json", Made.Expected);
        AddProtocols();
        string truth = Repository.PathOf("tests", "Orleans.Mmu.Tests", "Truth", "cases");
        foreach (string folder in Directory.GetDirectories(truth).Order(StringComparer.Ordinal))
        {
            Add(InputKind.Machine, "m.json", File.ReadAllText(Path.Combine(folder, "machine.json")));
            Add(InputKind.Changes, "c.changes", File.ReadAllText(Path.Combine(folder, "changes.txt")));
            if (Path.Combine(folder, "registers.txt") is var registers && File.Exists(registers))
                Add(InputKind.Registers, "r.txt", File.ReadAllText(registers));
            if (Path.Combine(folder, "tables.bin.zst") is var tables && File.Exists(tables))
                Add(InputKind.Dump, "d.bin.zst", File.ReadAllBytes(tables));
        }

        Add(InputKind.Registers, "r.txt", Made.Registers);
        Add(InputKind.Dump, "d.bin", Made.Dump());
        Add(InputKind.Core, "v.core", Made.Core());
    }

    // A file with the name of a built-in protocol must have its text, so each has another name too.
    private void AddProtocols()
    {
        foreach (string name in BuiltInProtocols.Names)
        {
            string text = BuiltInProtocols.TextOf(name)!;
            Add(InputKind.Protocol, "p.protocol", text);
            Add(InputKind.Protocol, "p.protocol", text.Replace(
                $"protocol {name}\n", "protocol mine\n", StringComparison.Ordinal));
        }

        foreach (string file in Files(Repository.PathOf("docs", "examples"), "*.protocol"))
            Add(InputKind.Protocol, "p.protocol", File.ReadAllText(file));
    }

    // What mmu writes without a silo, and another verb reads.
    private async Task AddOutputsAsync(CancellationToken cancellationToken)
    {
        foreach (string machine in (string[])["symmetric", "asymmetric", "juno-r2"])
            Add(InputKind.Ptdump, "p.txt", await OutputAsync(cancellationToken, "map", machine, "--format", "ptdump"));
        using var folder = new CaseFolder();
        foreach (string protocol in (string[])["spin", "idmap-only", "live"])
        {
            string trace = Path.Combine(folder.Path, $"{protocol}.log");
            string json = await OutputAsync(
                cancellationToken, "check", protocol, "--cpus", "2", "--json", "--trace", trace);
            // Two members depend on the host.
            Add(InputKind.Replay, "x.json", OfTheHost().Replace(json, "$1 1"));
            if (File.Exists(trace))
                Add(InputKind.Casemate, "t.log", await File.ReadAllTextAsync(trace, cancellationToken));
        }
    }

    private void AddTraces()
    {
        foreach (string file in Files(Repository.PathOf("tests", "traces"), "*.ktr.zst"))
            _seeds[InputKind.MemoryTrace].AddRange(Made.BeginningsOf(file));
        _seeds[InputKind.MemoryTrace].AddRange(Made.Traces());
    }

    private static async Task<string> OutputAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await CommandRun.OfAsync(arguments, Laboratories.None, cancellationToken)).Out;

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private void Add(InputKind kind, string name, string text) => Add(kind, name, Encoding.UTF8.GetBytes(text));

    private void Add(InputKind kind, string name, byte[] bytes) => _seeds[kind].Add(new(name, bytes));

    [GeneratedRegex("(\"(?:seconds|memoryBytes)\":) [0-9.E+-]+")]
    private static partial Regex OfTheHost();
}

/// <summary>A valid input.</summary>
/// <param name="Name">The name of its file, whose end may say the format.</param>
internal sealed record FuzzSeed(string Name, byte[] Bytes);

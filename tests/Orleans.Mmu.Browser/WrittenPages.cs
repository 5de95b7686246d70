using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Browser;

/// <summary>Pages as the commands write them.</summary>
public sealed class WrittenPages : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu-pages");

    /// <summary>The names of the pages.</summary>
    public static IReadOnlyList<string> Names { get; } = ["race", "holds", "boot", "map", "lint", "audit"];

    public async Task InitializeAsync()
    {
        if (BrowserFixture.Missing is not null)
            return;
        string trace = Path.Combine(_folder.FullName, "race.log");
        string ptdump = Path.Combine(_folder.FullName, "kernel_page_tables");
        await RunAsync("check", "spin", "--html", FileOf("race"), "--trace", trace);
        await RunAsync("check", "idmap-reserved", "--any-cpus", "--html", FileOf("holds"));
        await RunAsync("boot", "asymmetric", "--protocol", "spin", "--html", FileOf("boot"));
        await RunAsync("map", "asymmetric", "--html", FileOf("map"));
        await RunAsync("lint", trace, "--html", FileOf("lint"));
        string rows = await RunAsync("map", "asymmetric-6.18", "--format", "ptdump");
        await File.WriteAllTextAsync(ptdump, rows);
        await RunAsync("audit", ptdump, "--html", FileOf("audit"));
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The address of a page.</summary>
    public string AddressOf(string name) => new Uri(FileOf(name)).AbsoluteUri;

    /// <summary>What a command prints.</summary>
    /// <exception cref="InvalidOperationException">It wrote to standard error as commands do that fail.</exception>
    public static async Task<string> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, OutIsTerminal: false, ErrorIsTerminal: false, Colour: false);
        // 0: done; 3: a violation was found. Both have an answer.
        int code = await MmuProgram.Create().RunAsync(args, terminal, CancellationToken.None);
        return code is 0 or 3 ? output.ToString()
            : throw new InvalidOperationException($"mmu {string.Join(' ', args)}: exit code {code}: {error}");
    }

    private string FileOf(string name) => Path.Combine(_folder.FullName, $"{name}.html");
}

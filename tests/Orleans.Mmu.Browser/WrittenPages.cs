using System.Globalization;
using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Browser;

/// <summary>
/// Pages as the commands write them, in this process and once for all tests. They are begun together, and a test waits
/// for its own page alone.
/// </summary>
public sealed class WrittenPages : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu-pages");
    private readonly Dictionary<string, Task> _pages = [];

    /// <summary>The names of the pages.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["race", "protocol", "lint", "map", "audit", "decay", "tlb", "cost", "holds", "boot"];

    public Task InitializeAsync()
    {
        if (BrowserFixture.Missing is not null)
            return Task.CompletedTask;
        string workload = PathOf("workload.trace");
        File.WriteAllText(workload, Workload());
        string trace = PathOf("race.log");
        Begin("race", "check", "spin", "--trace", trace);
        Begin("protocol", "check", "idmap-reserved", "--show");
        Begin("map", "map", "asymmetric");
        Begin("decay", "decay", "no-bbml2", "--modules", "12", "--workload", workload);
        Begin("tlb", "tlb", workload, "--sweep");
        Begin("cost", "cost", "asymmetric", "--workload", workload);
        Begin("holds", "check", "idmap-reserved", "--any-cpus");
        Begin("boot", "boot", "asymmetric", "--protocol", "spin");
        var race = _pages["race"];
        _pages.Add("lint", Task.Run(async () =>
        {
            await race;
            await RunAsync("lint", trace, "--html", FileOf("lint"));
        }));
        _pages.Add("audit", Task.Run(async () =>
        {
            string ptdump = PathOf("kernel_page_tables");
            await File.WriteAllTextAsync(ptdump, await RunAsync("map", "asymmetric-6.18", "--format", "ptdump"));
            await RunAsync("audit", ptdump, "--html", FileOf("audit"));
        }));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        // A test has failed of its own where its page could not be written.
        await Task.WhenAll(_pages.Values).ContinueWith(static _ => { }, TaskScheduler.Default);
        _folder.Delete(recursive: true);
    }

    /// <summary>The address of a page, once it is written.</summary>
    public async Task<string> AddressOfAsync(string name)
    {
        await _pages[name];
        return new Uri(FileOf(name)).AbsoluteUri;
    }

    private void Begin(string name, params string[] args) =>
        _pages.Add(name, Task.Run(() => RunAsync([.. args, "--html", FileOf(name)])));

    // What a command prints. It fails where its exit code is neither 0 nor that of a violation, 3.
    private static async Task<string> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, OutIsTerminal: false, ErrorIsTerminal: false, Colour: false);
        int code = await MmuProgram.Create().RunAsync(args, terminal, CancellationToken.None);
        return code is 0 or 3 ? output.ToString()
            : throw new InvalidOperationException($"mmu {string.Join(' ', args)}: exit code {code}: {error}");
    }

    // A trace in valgrind lackey's format: loads of the linear map, a page apart.
    private static string Workload() => string.Concat(Enumerable.Range(0, 4000)
        .Select(i => 0xffff_0000_0000_0000 + (ulong)(i * 7919 % 9000) * 4096)
        .Select(at => string.Create(CultureInfo.InvariantCulture, $"I  ffff800080010000,4\n L {at:x},8\n")));

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private string FileOf(string name) => PathOf($"{name}.html");
}

using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Tests.Client;

/// <summary>
/// The words of a command line: a mistake in them is exit 1 and one line on standard error that says what was expected,
/// before any silo is asked.
/// </summary>
public sealed class UsageErrorTests
{
    [Theory]
    [InlineData("expected a verb, found 'bot' (the nearest is 'boot') (see mmu --help)", "bot", "asymmetric")]
    [InlineData("expected a verb, found 'helo' (the nearest is 'help') (see mmu --help)", "helo")]
    [InlineData("check: expected PROTOCOL alone, found 'live' (see mmu check --help)", "check", "spin", "live")]
    [InlineData("--html: expected it once, found it 2 times (see mmu check --help)",
        "check", "spin", "--html", "a", "--html", "b")]
    [InlineData("--html: expected FILE, found none (see mmu check --help)", "check", "spin", "--html")]
    [InlineData("--trace and --html: expected two files, found ./x.json for both",
        "check", "spin", "--trace", "x.json", "--html", "./x.json")]
    [InlineData("--level: expected a command line without 'R_FVQCK', which has no level",
        "explain", "R_FVQCK", "--level", "2")]
    [InlineData("--level: expected a command line without 'pte=0x68000040210703', which says the level",
        "explain", "pte=0x68000040210703", "--level", "1")]
    [InlineData("--va-bits: expected a command line without 'dsb ish', which is the same for all tables",
        "explain", "dsb", "ish", "--va-bits", "39")]
    [InlineData("--page-size: expected a command line without 'ttbr1_el1', which is the same for all tables",
        "explain", "ttbr1_el1", "--page-size", "64K")]
    [InlineData("--tlb: expected --workload TRACE beside it, found none", "decay", "asymmetric", "--tlb", "4/4/4x1")]
    [InlineData("--script: expected a command line without --json, which it does not read",
        "import", "--script", "--json")]
    [InlineData("lint: expected TRACE, found none (see mmu lint --help)", "lint")]
    [InlineData("explain: expected WHAT, found none (see mmu explain --help)", "explain")]
    [InlineData("completion: expected bash|zsh|fish, found none (see mmu completion --help)", "completion")]
    [InlineData("a/b: expected a protocol file or a folder of litmus tests, found neither", "check", "a/b")]
    [InlineData("--html: expected a command line without --list, which names the machines and nothing else",
        "map", "--list", "--html", "x")]
    [InlineData("asymetric: expected a machine file or a built-in machine such as asymmetric (mmu machines lists "
        + "them), found neither (the nearest is 'asymmetric')", "cost", "asymetric")]
    [InlineData("expected a verb, found '[suggest]' (see mmu --help)",
        "[suggest]", "map")]
    [InlineData("expected a verb, found '[diagram]' (see mmu --help)",
        "[diagram]", "boot", "symmetric")]
    [InlineData("--protocol: expected idmap-reserved, idmap-only, spin, live, reserved-on-stack, epd1, epd1-no-flush, "
        + "found 'spun' (the nearest is 'spin') (see mmu boot --help)", "boot", "symmetric", "--protocol", "spun")]
    [InlineData("museum: expected a mistake that mmu museum lists, found 'hot-remove-cut-leaf' (the nearest is "
        + "'hot-remove-cuts-leaf')", "museum", "hot-remove-cut-leaf")]
    [InlineData("--port: expected a whole number from 0 to 65535, found '70000' (see mmu serve --help)",
        "serve", "--port", "70000")]
    [InlineData("museum: expected a mistake that mmu museum lists, found ''", "museum", "")]
    [InlineData("machines: expected a machine that mmu machines lists, found 'symetric' (the nearest is 'symmetric')",
        "machines", "symetric")]
    [InlineData("import: expected a folder, a tar or files of a machine, found none (see mmu import --help)", "import")]
    [InlineData("import: expected a folder, a tar or files of a machine, found none (see mmu import --help)",
        "import", "--page-size", "4K")]
    [InlineData("--page-size: expected 4K, 16K or 64K, found '8K' (see mmu import --help)",
        "import", "--version", "6.18", "--page-size", "8K")]
    [InlineData("--va-bits: expected 36, 39, 42, 47, 48 or 52, found 'x' (see mmu import --help)",
        "import", "--version", "6.18", "--va-bits", "x")]
    [InlineData("--version: expected Linux 6.12 or later, the oldest whose rules are known, found 6.1.0-37-arm64",
        "import", "--version", "6.1.0-37-arm64")]
    [InlineData("nosuch: expected a file with a release, found no such file", "import", "--version", "nosuch")]
    [InlineData("nosuch: expected a folder or a tar, found no such file", "import", "nosuch")]
    [InlineData("--script: expected a command line without --iomem, which it does not read",
        "import", "--script", "--iomem", "f")]
    [InlineData("--script: expected a command line without PLACE, which it does not read", "import", "--script", "f")]
    [InlineData("check: expected a protocol of mmu check --list, found 'idmap-reservd' (the nearest is "
        + "'idmap-reserved')", "check", "idmap-reservd")]
    [InlineData("check: expected a protocol of mmu check --list, found ''", "check", "")]
    [InlineData("--html: expected a file name, found '--json' (./--json is a file's name)",
        "check", "spin", "--html", "--json")]
    [InlineData("--junit: expected a file name, found '--json' (./--json is a file's name)",
        "check", "spin", "--junit", "--json")]
    [InlineData("boot: expected a machine or --replay, found neither (see mmu boot --help)", "boot")]
    [InlineData("boot: expected MACHINE alone, found 'b' (see mmu boot --help)", "boot", "symmetric", "b")]
    [InlineData("expected an option of mmu boot, found '--sed' (the nearest is '--seed') (see mmu boot --help)",
        "boot", "symmetric", "--sed")]
    [InlineData("--protocol: expected idmap-reserved, idmap-only, spin, live, reserved-on-stack, epd1, epd1-no-flush, "
        + "found 'dance' (see mmu boot --help)", "boot", "symmetric", "--protocol", "dance")]
    [InlineData("--seed: expected a whole number of 64 bits, found '1.5' (see mmu boot --help)",
        "boot", "symmetric", "--seed", "1.5")]
    [InlineData("--seed: expected a whole number of 64 bits, found '9223372036854775808' (see mmu boot "
        + "--help)", "boot", "symmetric", "--seed", "9223372036854775808")]
    [InlineData("--silo: expected HOST:PORT such as localhost:30000, found 'localhost' (see mmu boot "
        + "--help)", "boot", "symmetric", "--silo", "localhost")]
    [InlineData("--silo: expected HOST:PORT such as localhost:30000, found 'a:0' (see mmu boot "
        + "--help)", "boot", "symmetric", "--silo", "a:0")]
    [InlineData("--silo: expected HOST:PORT such as localhost:30000, found '::1:30000' (see mmu boot "
        + "--help)", "boot", "symmetric", "--silo", "::1:30000")]
    [InlineData("expected the name of a casemate trace, found an empty one", "lint", "")]
    [InlineData("expected the name of a folder of traces, found an empty one", "headline", "")]
    [InlineData("--trace: expected a file name, found an empty one", "boot", "symmetric", "--trace", "")]
    [InlineData("--trace: expected a name that ends in .json, .mmd, .log, found 'k.ktr.zst'",
        "boot", "symmetric", "--trace", "k.ktr.zst")]
    [InlineData("--trace: expected a name that ends in .json, .mmd, .log, found 'k.ktr'",
        "check", "spin", "--trace", "k.ktr")]
    [InlineData("--plot: expected a name that ends in .svg, found 'd.png'", "decay", "symmetric", "--plot", "d.png")]
    [InlineData("expected an option of mmu boot, found '--sed' (the nearest is '--seed') (see mmu boot --help; a file "
        + "of that name is ./--sed)",
        "boot", "--sed")]
    [InlineData("expected an option of mmu boot, found '--sed' (the nearest is '--seed') (see mmu boot --help; a file "
        + "of that name is ./--sed)",
        "boot", "--sed", "symmetric")]
    [InlineData(
        "expected an option of mmu check, found '--jsno' (the nearest is '--json') (see mmu check --help; a file "
        + "of that name is ./--jsno)",
        "check", "--jsno", "spin")]
    [InlineData("expected an option of mmu decay, found '--sed' (the nearest is '--seed') (see mmu decay --help; a "
        + "file of that name is ./--sed)",
        "decay", "--sed", "1", "symmetric")]
    [InlineData("expected an option of mmu cluster show, found '--jsno' (the nearest is '--json') (see mmu "
        + "cluster show --help; a file of that name is ./--jsno)", "cluster", "show", "--jsno", "key")]
    [InlineData("expected an option of mmu litmus, found '--jsno' (the nearest is '--json') (see mmu litmus --help; a "
        + "file of that name is ./--jsno)", "litmus", "a.litmus", "--jsno")]
    [InlineData("expected an option of mmu tlb, found '--cor' (the nearest is '--core') (see mmu tlb --help; a file "
        + "of that name is ./--cor)",
        "tlb", "--cor", "a.ktr")]
    [InlineData("--seed: expected a command line without --changes, whose file says what happens",
        "decay", "symmetric", "--changes", "c.txt", "--seed", "1")]
    [InlineData("--modules: expected a command line without --changes, whose file says what happens",
        "decay", "symmetric", "--changes", "c.txt", "--modules", "1")]
    [InlineData("--connect-timeout: expected a command line without it, since there is no --silo to connect to",
        "boot", "symmetric", "--connect-timeout", "5")]
    [InlineData("--cpus: expected a command line without --list, which checks nothing",
        "check", "--list", "--cpus", "2")]
    [InlineData("--silo: expected a command line without --list, which checks nothing",
        "check", "--list", "--silo", "localhost:1")]
    [InlineData("--connect-timeout: expected a command line without --list, which checks nothing",
        "check", "--list", "--connect-timeout", "1")]
    [InlineData("--silo: expected a command line without --list, which boots nothing",
        "exercise", "--list", "--silo", "localhost:1")]
    [InlineData("museum: expected the name of a mistake with --fixed, found none (see mmu museum)",
        "museum", "--fixed", "--json")]
    [InlineData("--time: expected a whole number from 1 to 2592000, found '0' (see mmu litmus --help)",
        "litmus", "a.litmus", "--time", "0")]
    public async Task Arguments(string line, params string[] args) => await CommandRun.RefusedAsync(line, args);

    [Theory]
    [InlineData("--help", "ampereone-192  ")]
    [InlineData("", "ampereone-192  ")]
    [InlineData("help", "ampereone-192  ")]
    [InlineData("help boot", "mmu boot [<MACHINE>] [options]")]
    [InlineData("--help", "idmap-reserved ")]
    [InlineData("boot --help", "mmu boot [<MACHINE>] [options]")]
    [InlineData("boot --help", "Examples:")]
    [InlineData("--version", ".")]
    public async Task Help_and_version(string args, string part)
    {
        var run = await CommandRun.WithoutSiloAsync(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        if (part.StartsWith("mmu", StringComparison.Ordinal))
            part = part[4..];
        Assert.Contains(part, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "--list")]
    [InlineData("exercise", "--list")]
    [InlineData("museum")]
    public async Task A_list_can_be_json(params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync([.. args, "--json"]);
        Assert.Equal(ExitCode.Done, run.Code);
        using var json = System.Text.Json.JsonDocument.Parse(run.Out);
        Assert.All(json.RootElement.EnumerateArray(), e => Assert.NotEmpty(e.GetProperty("summary").GetString()!));
    }
}

using System.Collections.Immutable;
using Orleans.Mmu.Fuzz.Cases;
using Orleans.Mmu.Fuzz.Inputs;

namespace Orleans.Mmu.Fuzz.Commands;

/// <summary>The verbs of mmu, with values that keep a valid case short.</summary>
internal static class Verbs
{
    // The discard port, where no silo listens; "{folder}" is replaced by a folder for the case's files.
    private const string DeadSilo = "127.0.0.1:9";
    private const string Svg = FuzzCase.Folder + "out.svg";

    private static readonly OptionShape Json = new("--json");
    private static readonly OptionShape Csv = new("--csv");
    private static readonly OptionShape Silo = OptionShape.Of("--silo", DeadSilo, "nosuch.invalid:1", "a", "::1:1", "");
    private static readonly OptionShape Seed = OptionShape.Of("--seed", "1", "7", "-9223372036854775808");
    private static readonly OptionShape Plot = OptionShape.Of(
        "--plot", Svg, Svg, "/", "/nosuch/out.svg", "out.png", "");
    private static readonly OptionShape Workload = OptionShape.Of("--workload", InputKind.MemoryTrace);
    private static readonly OptionShape Changes = OptionShape.Of("--changes", InputKind.Changes);
    private static readonly OptionShape Scatter = OptionShape.Of("--scatter", "0", "75", "100", "101", "0,75");
    private static readonly OptionShape Tlb = OptionShape.Of(
        "--tlb", "48/48/1280x5", "1/1/0", "48/48", "0/0/0", "7x2/1/1");
    private static readonly OptionShape Format = OptionShape.Of("--format", "json", "json", "leaves", "ptdump", "svg");

    private static readonly OptionShape Bbm = OptionShape.Of("--bbm", "0", "1", "2", "3", "3,0", "4", "2,");
    private static readonly OptionShape Symbols = OptionShape.Of(
        "--symbols", InputKind.Casemate, "/nosuch.map", "");

    private static readonly OptionShape Trace = OptionShape.Of(
        "--trace", FuzzCase.Folder + "out.json", FuzzCase.Folder + "out.mmd", FuzzCase.Folder + "out.log", "/", "x.png",
        "/nosuch/out.json");

    private static readonly ValueShape Machine = ValueShape.Of(InputKind.Machine, "symmetric", "asymmetric", "nosuch");

    private static readonly ValueShape Protocol = ValueShape.Of(
        InputKind.Protocol, "spin", "kpti-install", "reference-park", "nosuch", "/nosuch.protocol", "");

    private static readonly ImmutableArray<OptionShape> CheckOptions =
    [
        Json, new("--list"), OptionShape.Of("--cpus", "1", "2", "2", "8", "0"), new("--any-cpus"), new("--strict"),
        new("--two-step"), new("--mutants"), OptionShape.Of("--levels", "2", "3,0", "4"), Trace, Silo,
        OptionShape.Of("--cnp", "on", "off", "x"), OptionShape.Of("--symmetry", "on", "off"),
        OptionShape.Of("--erratum", "repeat-tlbi", "cortex-x4", "none"),
    ];

    private static readonly ImmutableArray<OptionShape> AuditOptions =
    [
        Json, OptionShape.Of("--machine", InputKind.Machine, "symmetric", "no"), Changes,
        OptionShape.Of("--base", "0x40000000", "0", "0x"), OptionShape.Of("--page-size", "4K", "64K", "1K"),
        OptionShape.Of("--va-bits", "48", "39", "52", "0"),
        OptionShape.Of("--sarif", FuzzCase.Folder + "out.sarif", "/", "/nosuch/out.sarif"),
    ];

    /// <summary>The seconds of <c>--connect-timeout</c>; a dead silo is waited for that long.</summary>
    public static ImmutableArray<string> ConnectTimeouts { get; } = ["1", "1", "1", "0", "x"];

    public static ImmutableArray<VerbShape> All { get; } =
    [
        new("map", 20, [Machine], [Changes, Format, OptionShape.Of("--from", InputKind.Ptdump)], []),
        // --at needs --tables, and a window may be empty, so that most cases of all options are refused.
        new("lint", 8, [ValueShape.Of(InputKind.Casemate)], [Json, Bbm, new("--witness")], []),
        new("lint", 4, [ValueShape.Of(InputKind.Casemate)], [Json, Bbm, new("--witness")],
            ["--at", "0", "--tables", FuzzCase.Folder + "out.bin"]),
        new("lint", 3, [ValueShape.Of(InputKind.Casemate)],
            [
                Json, Bbm, new("--witness"),
                OptionShape.Of("--first", "0", "5", "18446744073709551615", "x"),
                OptionShape.Of("--last", "0", "9", "18446744073709551616", ""),
                OptionShape.Of("--at", "0", "7", "-1"),
                OptionShape.Of("--tables", FuzzCase.Folder + "out.bin", "/", "/nosuch/out.bin"),
                OptionShape.Of("--protocol", FuzzCase.Folder + "out.protocol", "/", ""),
                Symbols, OptionShape.Of("--html", FuzzCase.Folder + "out.html", "/"),
            ], []),
        new("litmus", 15, [ValueShape.Of(InputKind.Litmus)],
            [Json, new("--ets2"), new("--in-order"), OptionShape.Of("--erratum", "repeat-tlbi", "neoverse-v3", "x"),
                OptionShape.Of("--expected", InputKind.Expected)],
            ["--time", "2"]),
        new("check", 12,
            [ValueShape.Of(InputKind.Litmus, "spin", "idmap-only", "live", "reference-park", "contiguous-fold", "no")],
            CheckOptions, ["--time", "2", "--memory", "64"]),
        new("check", 10, [Protocol], CheckOptions, ["--time", "2", "--memory", "64"]),
        new("check", 4, [Protocol], [Json, new("--list"), Silo], ["--show"]),
        new("tlb", 12, [ValueShape.Of(InputKind.MemoryTrace)],
            [
                Json, Csv, Scatter, Tlb, Plot, Silo, new("--sweep"), OptionShape.Of("--l1i", "48", "64x4", "x4"),
                OptionShape.Of("--core", "Cortex-A76", "Cortex-A55", "Neoverse-V3", "no"),
                OptionShape.Of("--l1d", "48", "0", "1x2"), OptionShape.Of("--l2", "1280x5", "0"),
                OptionShape.Of("--walk-cache", "64x4", "0:4,1:8,2:64x4", "none", "9:1"),
                OptionShape.Of("--user", "4K", "64K"),
                OptionShape.Of("--map", InputKind.Ptdump, "4K", "64K", "2M", "1G", "3K", "symmetric", "4K,2M"),
                OptionShape.Of("--map", InputKind.Machine, "asymmetric"), OptionShape.Of("--warm-up", "0", "1"),
                OptionShape.Of("--format", "ktr", "lackey", "drmemtrace", "champsim", "cloudsuite", "elf"),
            ], []),
        new("walk", 10, [ValueShape.Of(InputKind.Dump)],
            [Format, OptionShape.Of("--range", "linear", "all", "none")],
            ["--registers", Placeholder(InputKind.Registers)]),
        new("audit", 10, [ValueShape.Of(InputKind.Ptdump)], AuditOptions, []),
        new("audit", 8, [ValueShape.Of(InputKind.Core)], AuditOptions, []),
        new("audit", 8, [ValueShape.Of(InputKind.Dump)], AuditOptions,
            ["--registers", Placeholder(InputKind.Registers)]),
        new("cost", 6, [Machine],
            [
                Json, Changes, Tlb, Scatter,
                OptionShape.Of("--set", "dram-ns=120", "rho=1", "cpi=0", "x=1", "dram-ns", "dram-ns=", "dram-ns=NaN"),
            ], ["--workload", Placeholder(InputKind.MemoryTrace)]),
        new("decay", 6, [Machine],
            [
                Json, Csv, Changes, Workload, Tlb, Plot, Seed, new("--fresh"),
                OptionShape.Of("--modules", "0", "3", "-1"),
                OptionShape.Of("--programs", "0", "5"), OptionShape.Of("--secrets", "0", "4"),
            ], []),
        new("boot", 8, [Machine],
            [
                Json, Seed, Trace, Silo, new("--force-repaint"), new("--quiet"),
                OptionShape.Of("--protocol", "spin", "live", "idmap-only", "dance"),
                OptionShape.Of("--protocol", InputKind.Protocol),
                OptionShape.Of("--attach", "k", "a/b"),
            ], []),
        new("boot", 8, [], [Json, Trace, Silo], ["--replay", Placeholder(InputKind.Replay)]),
        new("exercise", 4, [Machine],
            [
                Json, Seed, Silo, new("--list"), new("--without-flush"),
                OptionShape.Of("--scenario", "modules", "most-of-memory", "no"),
            ], []),
        new("museum", 2, [ValueShape.Of("writable-text-alias", "hot-add-panics", "no", "")],
            [Json, new("--fixed")], []),
        // A valid port is never given: the verb would serve until it is interrupted.
        new("serve", 1, [], [OptionShape.Of("--port", "x", "-1", "")], ["--port", "70000"]),
        new("import", 10, [],
            [
                OptionShape.Of("--iomem", InputKind.Ptdump), OptionShape.Of("--cpuinfo", InputKind.Registers),
                OptionShape.Of("--dmesg", InputKind.Casemate), OptionShape.Of("--dtb", InputKind.Dump),
                OptionShape.Of("--system-map", InputKind.Changes), OptionShape.Of("--config", InputKind.Machine),
                OptionShape.Of("--kcore", InputKind.Dump), OptionShape.Of("--kallsyms", InputKind.Protocol),
                OptionShape.Of("--dts", InputKind.Litmus), OptionShape.Of("--cmdline", "rodata=off", "", "nosuch"),
                OptionShape.Of("--page-size", "4K", "16K", "8K"), OptionShape.Of("--va-bits", "48", "52", "0", "x"),
                OptionShape.Of("--name", "m", "a/b", ""), OptionShape.Of("-o", FuzzCase.Folder + "m.json", "/", ""),
                new("--script"),
            ], ["--version", "6.18"]),
        new("machines", 1, [ValueShape.Of("asymmetric", "no", "")], [], []),
        new("cores", 1, [], [Json], []),
        new("explain", 3, [ValueShape.Of(InputKind.Casemate)], [Json], []),
        new("explain", 6,
            [
                ValueShape.Of("R_FVQCK", "esr=0x96000047", "pte=0x1", "0x3", "tlbi rvae1is, 0x1", "bbm", "-", "no", ""),
            ],
            [
                Json, OptionShape.Of("--level", "0", "3", "-2", "x"), OptionShape.Of("--page-size", "4K", "64K", "8K"),
                OptionShape.Of("--va-bits", "48", "39", "0", "x"),
            ], []),
        new("headline", 1, [ValueShape.Of(FuzzCase.Folder, "/nosuch", "")], [Plot], []),
        new("cluster", 2, [ValueShape.Of("show", "remove", "k")],
            [Json, Silo, new("--force"), OptionShape.Of("--older", "1h", "0s", "9999999d", "x"),
                OptionShape.Of("--limit", "1", "0", "-1")], []),
    ];

    /// <summary>Stands in <see cref="VerbShape.Always"/> for a file of a kind.</summary>
    public static string Placeholder(InputKind kind) => $"{{{kind}}}";
}

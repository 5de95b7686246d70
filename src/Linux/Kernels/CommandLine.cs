namespace Orleans.Mmu.Linux.Kernels;

/// <summary>The kernel parameters that shape the linear map, as a given version reads them.</summary>
public sealed record CommandLine
{
    /// <summary>How the kernel's warning of a value of rodata= that it does not know begins.</summary>
    public const string UnknownRodata = "Invalid option string for rodata:";

    private CommandLine(string text) => Text = text;

    /// <summary>The command line that the kernel keeps.</summary>
    public string Text { get; }

    /// <summary>rodata_enabled.</summary>
    public bool RodataEnabled { get; private init; }

    /// <summary>rodata_full: linear aliases of read-only vmalloc memory become read-only too.</summary>
    public bool RodataFull { get; private init; }

    /// <summary>kfence_early_init: a pool is reserved before the map is painted.</summary>
    public bool KfenceEarly { get; private init; }

    /// <summary>debug_pagealloc_enabled().</summary>
    public bool DebugPagealloc { get; private init; }

    /// <summary>kpti=: whether KPTI is forced on or off; null if it is not given.</summary>
    public bool? Kpti { get; private init; }

    /// <summary>nokaslr, or arm64_sw.nokaslr=1.</summary>
    public bool NoKaslr { get; private init; }

    /// <summary>mitigations=off (cpu_mitigations_off).</summary>
    public bool MitigationsOff { get; private init; }

    /// <summary>memory_limit: mem= in bytes, whole pages; null if it is not given, 0 for no limit.</summary>
    public ulong? MemoryLimit { get; private init; }

    /// <summary>Whether kfence.sample_interval= decides about the pool; otherwise the configuration does.</summary>
    public bool GivesKfenceInterval { get; private init; }

    /// <summary>What the kernel prints of the parameters: values that it does not know, its memory limit.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>What the model leaves out, and what the kernel cuts off.</summary>
    public IReadOnlyList<string> Unmodelled { get; private init; } = [];

    /// <summary>
    /// Reads a command line. A kernel never refuses one: it warns about unknown values and passes on unknown
    /// parameters.
    /// </summary>
    /// <param name="pageSize">The bytes of a page, to which mem= is rounded down.</param>
    public static CommandLine Parse(string text, KernelRules rules, KernelConfig config, ulong pageSize = 4096)
    {
        bool enabled = true;
        bool full = rules.RodataOnIsFull || config.RodataFullDefault;
        int? interval = null;
        bool debugPagealloc = false;
        ulong? limit = null;
        bool? kpti = null;
        bool mitigationsOff = false;
        var warnings = new List<string>();
        var unmodelled = new List<string>();
        string kept = KernelArguments.Kept(text);
        if (kept.Length < text.Length)
            unmodelled.Add($"the kernel keeps only the first {KernelArguments.MaxBytes - 1} bytes (COMMAND_LINE_SIZE)");
        foreach (var argument in KernelArguments.Of(kept))
        {
            string? value = argument.Value;
            switch (argument.Key)
            {
                case "rodata" when Rodata(value, rules) is { } setting:
                    (enabled, full) = setting;
                    break;
                case "rodata":
                    warnings.Add($"{UnknownRodata} '{value ?? "(null)"}'");
                    break;
                case "kfence.sample_interval":
                    interval = value is null ? interval : Option(value) ?? interval;
                    break;
                case "debug_pagealloc":
                    debugPagealloc = value is null ? debugPagealloc : Boolean(value, rules) ?? debugPagealloc;
                    break;
                // parse_kpti(): the early option must be a boolean.
                case "kpti" when value is not null && Boolean(value, rules) is { } isolates:
                    kpti = isolates;
                    break;
                case "kpti":
                    warnings.Add("Malformed early option 'kpti'");
                    break;
                case "mitigations":
                    mitigationsOff = value == "off" || (mitigationsOff && value is not ("auto" or "auto,nosmt"));
                    break;
                case "mem" when value is not null:
                    ulong most = MemorySize.Parse(value) & ~(pageSize - 1);
                    limit = most;
                    warnings.Add($"Memory limited to {most >> 20}MB");
                    break;
                case "mem":
                    warnings.Add("Malformed early option 'mem'");
                    break;
                case "arm64.nobbml2":
                    unmodelled.Add("arm64.nobbml2 has no effect: no release reads it");
                    break;
                case var key when MemoryParameters.Effect(key) is { } effect:
                    string message = $"{argument.Key}{(value is null ? "" : "=")} {effect}; the model leaves it out";
                    if (!unmodelled.Contains(message))
                        unmodelled.Add(message);
                    break;
            }
        }

        return new(kept)
        {
            RodataEnabled = enabled,
            RodataFull = full,
            KfenceEarly = config.Kfence && (interval ?? config.KfenceSampleInterval) != 0,
            GivesKfenceInterval = interval is not null,
            DebugPagealloc = debugPagealloc,
            MemoryLimit = limit,
            Kpti = kpti,
            NoKaslr = ForbidsKaslr(text),
            MitigationsOff = mitigationsOff,
            Warnings = warnings,
            Unmodelled = unmodelled,
        };
    }

    /// <summary>
    /// kaslr_disabled_cmdline(): "nokaslr" stands for arm64_sw.nokaslr=1, which takes one hexadecimal digit
    /// (pi/idreg-override.c). The last one counts. A stub of EFI has a parser of its own, which is left out.
    /// </summary>
    public static bool ForbidsKaslr(string text) => OverrideWords.Of(text).Aggregate(false, (forbids, word) =>
        word == "nokaslr" || (Digit(word) is { } digit ? digit != '0' : forbids));

    private static char? Digit(string word)
    {
        const string name = "arm64_sw.nokaslr=";
        if (!word.StartsWith(name, StringComparison.Ordinal))
            return null;
        string value = word[name.Length..];
        return (value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value[2..] : value) is [var digit]
            && char.IsAsciiHexDigit(digit) ? digit : null;
    }

    // arch_parse_debug_rodata(): "on", "noalias" and "off" since 6.18; before, "full", "on" and "off", where "on" meant
    // what "noalias" means now.
    private static (bool Enabled, bool Full)? Rodata(string? value, KernelRules rules) =>
        (value, rules.RodataOnIsFull) switch
        {
            ("on", true) => (true, true),
            ("noalias", true) => (true, false),
            ("full", false) => (true, true),
            ("on", false) => (true, false),
            ("off", _) => (false, false),
            _ => null,
        };

    // get_option(): a sign, then digits of base 8, 10 or 16 by their prefix, truncated to an int; null if there is no
    // number.
    private static int? Option(string value)
    {
        int at = value.StartsWith('-') ? 1 : 0;
        uint radix = 10;
        if (at < value.Length && value[at] == '0')
        {
            bool hex = at + 2 < value.Length && value[at + 1] is 'x' or 'X' && char.IsAsciiHexDigit(value[at + 2]);
            radix = hex ? 16u : 8;
            at += hex ? 2 : 0;
        }

        int first = at;
        ulong number = 0;
        for (; at < value.Length && char.IsAsciiHexDigit(value[at])
            && Convert.ToUInt32(value[at..(at + 1)], 16) is var digit && digit < radix; at++)
            number = unchecked(number * radix + digit);
        if (at == first)
            return null;
        int cut = unchecked((int)number);
        return value.StartsWith('-') ? unchecked(-cut) : cut;
    }

    // kstrtobool(): the first letter decides, or the second after an o; null for anything else.
    private static bool? Boolean(string value, KernelRules rules) =>
        (value.Length > 0 ? value[0] : ' ', value.Length > 1 ? value[1] : ' ') switch
        {
            ('y' or 'Y' or 't' or 'T' or '1', _) => true,
            ('n' or 'N' or 'f' or 'F' or '0', _) => false,
            ('o' or 'O', 'n' or 'N') => true,
            ('o' or 'O', 'f' or 'F') => false,
            ('e' or 'E', _) when rules.KnowsEnabled => true,
            ('d' or 'D', _) when rules.KnowsEnabled => false,
            _ => null,
        };
}

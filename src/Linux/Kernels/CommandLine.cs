namespace Orleans.Mmu.Linux.Kernels;

/// <summary>The kernel parameters that shape the linear map, as a given version reads them.</summary>
public sealed record CommandLine
{
    private CommandLine(string text) => Text = text;

    /// <summary>The command line as given.</summary>
    public string Text { get; }

    /// <summary>rodata_enabled.</summary>
    public bool RodataEnabled { get; private init; }

    /// <summary>rodata_full: linear aliases of read-only vmalloc memory become read-only too.</summary>
    public bool RodataFull { get; private init; }

    /// <summary>kfence_early_init: a pool is reserved before the map is painted.</summary>
    public bool KfenceEarly { get; private init; }

    /// <summary>debug_pagealloc_enabled().</summary>
    public bool DebugPagealloc { get; private init; }

    /// <summary>The kernel's warnings about unknown values.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>
    /// Reads a command line. A kernel never refuses one: it warns about unknown values and passes on unknown
    /// parameters.
    /// </summary>
    public static CommandLine Parse(string text, KernelRules rules, KernelConfig config)
    {
        bool enabled = true;
        bool full = rules.RodataOnIsFull || config.RodataFullDefault;
        bool kfenceEarly = false;
        bool debugPagealloc = false;
        var warnings = new List<string>();
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            // parse_args(): the words after "--" are for init.
            if (word == "--")
                break;
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                continue;
            // The kernel's parser treats '-' and '_' in names as one character.
            string name = word[..equals].Replace('-', '_');
            string value = word[(equals + 1)..];
            switch (name)
            {
                case "rodata" when Rodata(value, rules) is { } setting:
                    (enabled, full) = setting;
                    break;
                case "rodata":
                    warnings.Add($"Invalid option string for rodata: '{value}'");
                    break;
                case "kfence.sample_interval":
                    kfenceEarly = Option(value) is { } interval ? interval != 0 : kfenceEarly;
                    break;
                case "debug_pagealloc":
                    debugPagealloc = Boolean(value) ?? debugPagealloc;
                    break;
            }
        }

        return new(text)
        {
            RodataEnabled = enabled,
            RodataFull = full,
            KfenceEarly = config.Kfence && kfenceEarly,
            DebugPagealloc = debugPagealloc,
            Warnings = warnings,
        };
    }

    // arch_parse_debug_rodata(): "on", "noalias" and "off" since 6.18; before, "full", "on" and "off", where "on" meant
    // what "noalias" means now.
    private static (bool Enabled, bool Full)? Rodata(string value, KernelRules rules) =>
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
        int cut = unchecked((int)number);
        return value.StartsWith('-') ? unchecked(-cut) : at > first ? cut : null;
    }

    // kstrtobool(): the first letter decides, or the second after an o; null for anything else.
    private static bool? Boolean(string value) =>
        (value.Length > 0 ? value[0] : ' ', value.Length > 1 ? value[1] : ' ') switch
        {
            ('y' or 'Y' or 't' or 'T' or '1', _) => true,
            ('n' or 'N' or 'f' or 'F' or '0', _) => false,
            ('o' or 'O', 'n' or 'N') => true,
            ('o' or 'O', 'f' or 'F') => false,
            _ => null,
        };
}

using System.Globalization;

namespace Orleans.Mmu.Linux;

/// <summary>The kernel parameters that shape the linear map, as the given version understands them.</summary>
public sealed record CommandLine
{
    private CommandLine(string text) => Text = text;

    /// <summary>The line as it was given.</summary>
    public string Text { get; }

    /// <summary>rodata_enabled.</summary>
    public bool RodataEnabled { get; private init; }

    /// <summary>rodata_full: linear aliases of read-only vmalloc memory become read-only too.</summary>
    public bool RodataFull { get; private init; }

    /// <summary>kfence_early_init: a pool is set aside before the map is painted.</summary>
    public bool KfenceEarly { get; private init; }

    /// <summary>debug_pagealloc_enabled().</summary>
    public bool DebugPagealloc { get; private init; }

    /// <summary>What the kernel prints about values that it does not know.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Reads a command line. A kernel never refuses one: what it does not know it warns of or passes on.</summary>
    public static CommandLine Parse(string text, KernelRules rules, KernelConfig config)
    {
        bool enabled = true;
        bool full = rules.RodataOnIsFull || config.RodataFullDefault;
        bool kfenceEarly = false;
        bool debugPagealloc = false;
        var warnings = new List<string>();
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                continue;
            // The kernel's parser takes '-' and '_' in names for one character.
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
                    kfenceEarly = LeadingInteger(value) != 0;
                    break;
                case "debug_pagealloc":
                    debugPagealloc = value is "on" or "1" or "y" or "Y";
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

    // arch_parse_debug_rodata(): ≥ 6.18 on, noalias, off; before full, on, off with other meanings.
    private static (bool Enabled, bool Full)? Rodata(string value, KernelRules rules) => (value, rules.RodataOnIsFull) switch
    {
        ("on", true) => (true, true),
        ("noalias", true) => (true, false),
        ("full", false) => (true, true),
        ("on", false) => (true, false),
        ("off", _) => (false, false),
        _ => null,
    };

    private static long LeadingInteger(string value)
    {
        int length = 0;
        while (length < value.Length && length < 18 && (char.IsAsciiDigit(value[length]) || (length == 0 && value[length] == '-')))
            length++;
        return long.TryParse(value.AsSpan(0, length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : 0;
    }
}

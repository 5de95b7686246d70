using System.CommandLine;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Rendering;

namespace Orleans.Mmu.Client.Commands;

/// <summary>--format of a map, and --json, which is another name for its format json.</summary>
internal sealed class MapFormatOption
{
    private readonly Option<string> _format = new("--format")
    {
        HelpName = string.Join('|', MapFormats.Names),
        Description =
            "leaves: a line for each run of leaves; ptdump: as the kernel's kernel_page_tables; json: counts.",
        DefaultValueFactory = _ => MapFormats.Names[0],
    };

    private readonly Option<bool> _json = JsonOption.Create();

    public MapFormatOption() => ChoiceOption.Restrict(_format, MapFormats.Names);

    /// <summary>The options, to add to a command.</summary>
    public IEnumerable<Option> All => [_format, _json];

    /// <summary>Whether --json is given.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The format that the command line asks for.</summary>
    /// <exception cref="UsageException">--json stands beside another format.</exception>
    public string Of(ParseResult parsed)
    {
        string format = parsed.GetRequiredValue(_format);
        if (!IsJson(parsed))
            return format;
        if (GivenOptions.Has(parsed, _format) && format != MapFormats.Json)
            throw new UsageException($"--json: expected --format json beside it, found {GivenValue.Quoted(format)}");
        return MapFormats.Json;
    }
}

using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Orleans.Mmu.Client.Completions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Client.Commands;

/// <summary>
/// The options for the TLBs and mappings that a trace is replayed through. Each takes a list; together they span a
/// sweep.
/// </summary>
internal sealed class TlbOptions
{
    private static readonly string[] SweptSizes = ["4K", "64K", "2M", "1G"];
    private static readonly int[] SweptScatter = [0, 75];

    private readonly HierarchyOptions _hierarchies = new();

    private readonly Option<string> _maps = new("--map")
    {
        HelpName = "SIZE|MACHINE|PTDUMP,…",
        Description =
            "How the linear map is mapped: 4K, 64K (contiguous), 2M, 1G, …; as a machine's is at the end of boot; " +
            "as a ptdump shows.",
        DefaultValueFactory = _ => "4K",
    };

    private readonly Option<int[]?> _scatter = new("--scatter")
    {
        HelpName = "PCT,…",
        Description = "Percentage of the linear map's pages that are alone in their 2 MB, as after long use.",
        CustomParser = r => Percentages(r),
    };

    private readonly Option<int?> _user = new("--user")
    {
        HelpName = "SIZE",
        Description = "What maps user space: 4K where it is left out, 64K, 2M, …",
        CustomParser = r => Size(r),
    };

    private readonly Option<bool> _sweep = new("--sweep")
    {
        Description =
            "Every core whose TLBs are known in full x 4K, 64K, 2M, 1G x scatter 0, 75, where these options do not " +
            "say " +
            "otherwise.",
    };

    public TlbOptions()
    {
        _maps.OfferSizes();
        _maps.OfferMachines();
        _user.OfferSizes();
    }

    /// <summary>The options, to add to a command.</summary>
    public IEnumerable<Option> All =>
        [.. _hierarchies.All, _maps, _scatter, _user, _sweep];

    /// <summary>The configurations of a command line: TLBs, then mappings, then scatter.</summary>
    /// <param name="terminal">Receives the warnings about machines.</param>
    /// <exception cref="UsageException">A configuration is not possible.</exception>
    public IReadOnlyList<NamedConfiguration> Read(ParseResult parsed, Terminal terminal)
    {
        bool sweep = parsed.GetValue(_sweep);
        bool given = parsed.GetResult(_maps) is { Implicit: false };
        var maps = (sweep && !given ? SweptSizes : parsed.GetRequiredValue(_maps).Split(','))
            .Select(map => MappingSource.Read(map, terminal)).ToList();
        int[] scatter = parsed.GetValue(_scatter) is { Length: > 0 } percentages ? percentages : sweep
            ? SweptScatter : [0];
        int user = parsed.GetValue(_user) ?? PageSizes.MinLog2;
        var configurations = new List<NamedConfiguration>();
        foreach (var (name, tlbs) in _hierarchies.Read(parsed, sweep))
        {
            foreach (var (map, sizes) in maps)
            {
                // Scatter has no effect on a map in pages, so a sweep counts it once.
                foreach (int percent in sweep && sizes.Uniform == PageSizes.MinLog2 ? scatter[..1] : scatter)
                    configurations.Add(new(name, new(tlbs, new(map, sizes, percent, user))));
            }
        }

        return configurations.Count <= TlbSimulation.MaxConfigurations
            ? configurations
            : throw new UsageException(
                $"expected at most {TlbSimulation.MaxConfigurations} configurations, found {configurations.Count}");
    }

    private static int Size(ArgumentResult result)
    {
        int log2 = LinearPageSizes.ParseSize(result.Tokens[0].Value);
        if (log2 == 0)
        {
            result.AddError(
                $"--user: expected a size such as 4K, 64K or 2M, found {GivenValue.Quoted(result.Tokens[0].Value)}");
        }

        return log2;
    }

    private static int[] Percentages(ArgumentResult result)
    {
        var percentages = ImmutableArray.CreateBuilder<int>();
        foreach (string word in result.Tokens.SelectMany(t => t.Value.Split(',')))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int percent) || percent > 100)
            {
                result.AddError($"--scatter: expected percentages from 0 to 100, found {GivenValue.Quoted(word)}");
                break;
            }

            percentages.Add(percent);
        }

        return [.. percentages];
    }
}

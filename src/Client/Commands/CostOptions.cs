using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>
/// Options of the cost models: parameters, and TLBs of machines whose own are not in the table of cores.
/// </summary>
internal static class CostOptions
{
    /// <summary>The core whose TLBs are used where the table of cores has not a machine's own.</summary>
    public const string StandIn = "Cortex-A76";

    public static Option<string[]> Set()
    {
        var option = new Option<string[]>("--set")
        {
            HelpName = "NAME=VALUE",
            Description = "Another value for a parameter of the cost model; may be given several times.",
        };
        option.CompletionSources.Add([.. CostParameters.Usual.All.Select(p => $"{p.Name}=")]);
        return option;
    }

    public static Option<string?> Tlbs() => new("--tlb")
    {
        HelpName = "L1I/L1D/L2",
        Description =
            "TLBs by entries and ways. Otherwise those of the boot CPU where the table of cores has them, else " +
            $"{StandIn}'s.",
    };

    public static Option<int> Scatter() =>
        WholeNumber.Option(
            "--scatter", "PCT", "Percentage of the linear map's pages that are alone in their 2 MB.", 0, 100);

    /// <summary>Parameters with the values that a command line sets.</summary>
    /// <exception cref="UsageException">There is no such parameter, or it cannot have this value.</exception>
    public static CostParameters Parameters(CostParameters start, IEnumerable<string> set)
    {
        foreach (string text in set)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0
                || !double.TryParse(
                    text.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                throw new UsageException(
                    $"--set: expected NAME=VALUE such as dram-ns=120, found {GivenValue.Quoted(text)}");
            }

            try
            {
                start = start.With(text[..equals], value, ParameterOrigin.Given, "given with --set");
            }
            catch (ArgumentException e)
            {
                throw new UsageException($"--set: {OneLine.Of(e.Message)}", e);
            }
        }

        return start;
    }

    /// <summary>A machine's TLBs, their origin, and the parameters with the matching L2 TLB latency.</summary>
    /// <param name="text">The TLBs given on the command line; null for none.</param>
    /// <exception cref="UsageException">The text does not describe TLBs.</exception>
    public static (TlbHierarchy Tlbs, string Origin, CostParameters Parameters) Hierarchy(
        MachineDescription machine, string? text)
    {
        if (text is not null)
        {
            return TlbHierarchy.TryParse(text, out var given)
                ? (given! with { Walks = UsualWalks }, "given with --tlb; walk cache as Cortex-A55's, assumed",
                    CostParameters.Usual)
                : throw new UsageException(
                    $"--tlb: expected L1I/L1D/L2 such as 48/48/1280x5, found {GivenValue.Quoted(text)}");
        }

        string core = machine.Cpus[0].Core.Name;
        var published = CoreTlbs.Of(core);
        bool complete = published is { IsComplete: true };
        var source = complete ? published! : CoreTlbs.Of(StandIn)!;
        var parameters = complete && published!.SecondLatency is { } latency
            ? CostParameters.Usual.With(
                "l2-tlb-cycles", latency, ParameterOrigin.Published, $"{core}, {published.Source}")
            : CostParameters.Usual;
        // Real cores have walk caches; where the table has none for a core, Cortex-A55's are used.
        bool walksArePublished = !source.Walks.IsNone;
        return (source.With(null, null, null, walksArePublished ? null : UsualWalks)!,
            (complete
                ? $"{core}'s ({source.Source})"
                : $"{StandIn}'s, assumed, since not all of {core}'s are in the table of cores")
                + (walksArePublished ? "" : "; walk cache as Cortex-A55's, assumed"), parameters);
    }

    private static WalkCaches UsualWalks => CoreTlbs.Of("Cortex-A55")!.Walks;
}

using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Options of cost models: parameters, and TLBs where nobody has published a machine's.</summary>
internal static class CostOptions
{
    /// <summary>Whose TLBs stand for those that are not published.</summary>
    public const string StandIn = "Cortex-A76";

    public static Option<string[]> Set() => new("--set")
    {
        HelpName = "NAME=VALUE",
        Description = "Another value for a parameter of the cost model; may be given several times.",
    };

    public static Option<string?> Tlbs() => new("--tlb")
    {
        HelpName = "L1I/L1D/L2",
        Description = $"TLBs by entries and ways. Otherwise those of the boot CPU where they are published, else {StandIn}'s.",
    };

    public static Option<int> Scatter() => WholeNumber.Option("--scatter", "PCT", "Pages of the linear map, of a hundred, that live alone in their 2 MB.", 0, 100);

    /// <summary>The usual parameters with those that a command line sets.</summary>
    /// <exception cref="UsageException">There is no such parameter, or it cannot have this value.</exception>
    public static CostParameters Parameters(CostParameters start, IEnumerable<string> set)
    {
        foreach (string text in set)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !double.TryParse(text.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                throw new UsageException($"--set: expected NAME=VALUE such as dram-ns=120, found {OneLine.Of(text)}");
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

    /// <summary>A machine's TLBs, whose they are, and the parameters with the latency that goes with them.</summary>
    /// <param name="text">What the command line gave; null for nothing.</param>
    /// <exception cref="UsageException">No TLBs are written like this.</exception>
    public static (TlbHierarchy Tlbs, string Origin, CostParameters Parameters) Hierarchy(MachineDescription machine, string? text)
    {
        if (text is not null)
        {
            return TlbHierarchy.TryParse(text, out var given)
                ? (given! with { Walks = UsualWalks }, "given with --tlb; walk cache as Cortex-A55's, assumed", CostParameters.Usual)
                : throw new UsageException($"--tlb: expected L1I/L1D/L2 such as 48/48/1280x5, found {OneLine.Of(text)}");
        }

        string core = machine.Cpus[0].Core.Name;
        var published = CoreTlbs.Of(core);
        bool complete = published is { IsComplete: true };
        var source = complete ? published! : CoreTlbs.Of(StandIn)!;
        var parameters = complete && published!.SecondLatency is { } latency
            ? CostParameters.Usual.With("l2-tlb-cycles", latency, ParameterOrigin.Published, $"{core}, {published.Source}")
            : CostParameters.Usual;
        // A core without any walk cache is not to be had; where nobody has published one it is the A55's.
        bool walksArePublished = !source.Walks.IsNone;
        return (source.With(null, null, null, walksArePublished ? null : UsualWalks)!,
            (complete ? $"{core}'s ({source.Source})" : $"{StandIn}'s, assumed, since nobody has published all of {core}'s")
                + (walksArePublished ? "" : "; walk cache as Cortex-A55's, assumed"), parameters);
    }

    private static WalkCaches UsualWalks => CoreTlbs.Of("Cortex-A55")!.Walks;
}

using System.Collections.Immutable;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Viewer.Protocols;

/// <summary>A phase in the picture of a protocol, which has a column for each role and a row for each phase.</summary>
/// <param name="Who">The role in words: "the boot CPU".</param>
/// <param name="Column">From 1.</param>
/// <param name="Row">From 1, in the order of the protocol's phases.</param>
internal sealed record PlacedPhase(Phase Phase, string Who, int Column, int Row)
{
    /// <summary>
    /// The phases of a protocol, then those of CPU 1 where it has a program of its own and those of a handler, which
    /// begin in the first row again.
    /// </summary>
    public static ImmutableArray<PlacedPhase> Of(ProtocolFile file)
    {
        var programs = new List<(string Who, IEnumerable<(Phase Phase, int Row)> Phases)>();
        var inOrder = file.Protocol.Phases.Select((p, i) => (Phase: p, Row: i + 1)).ToList();
        programs.Add(("the boot CPU", inOrder.Where(p => p.Phase.Role == Role.BootCpu)));
        programs.Add((
            file.Outsider is null ? "every other CPU" : "every CPU from 2 on",
            inOrder.Where(p => p.Phase.Role == Role.Secondaries)));
        programs.Add(("CPU 1", (file.Outsider ?? []).Select((p, i) => (p, i + 1))));
        programs.Add(("a CPU that takes an interrupt", file.Handler.Select((p, i) => (p, i + 1))));
        return
        [
            .. programs.Where(p => p.Phases.Any())
                .SelectMany((p, column) => p.Phases.Select(at => new PlacedPhase(at.Phase, p.Who, column + 1, at.Row)))
                .OrderBy(p => inOrder.FindIndex(own => own.Phase == p.Phase) is >= 0 and var at ? at : int.MaxValue),
        ];
    }
}

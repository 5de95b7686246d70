using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <content>The file as a whole, once its lines are read.</content>
public sealed partial class ProtocolReader
{
    // CPU 1 may do nothing at all; every other phase is there for its steps.
    private void CloseSteps()
    {
        if (_phases is [.., { Steps.Count: 0 } last] && last.Role != ProtocolRole.Outsider)
            throw new InputException(_source, last.Line, $"phase {last.Name}: expected its steps, found none");
    }

    private ProtocolFile File()
    {
        foreach (string header in ProtocolHeader.Names)
        {
            if (!_headers.ContainsKey(header))
                throw Error($"expected the header line {header}, found none"
                    + (_headers.Count == 0 && _phases.Count == 0 ? " in a file without statements" : ""));
        }

        CloseSteps();
        var own = _phases.ToLookup(
            p => p.Role is ProtocolRole.Outsider or ProtocolRole.Handler ? p.Role : "", p => p.ToPhase());
        if (!own[""].Any())
            throw Error("expected a phase of the boot cpu or of the secondaries, found none");
        var protocol = new Protocol(
            Value(ProtocolHeader.Protocol), Value(ProtocolHeader.About), Value(ProtocolHeader.Origin), [.. own[""]]);
        return new(
            protocol, BbmLevels.Parse(Value(ProtocolHeader.Levels), ProtocolHeader.MaxLevels)!.Value,
            Value(ProtocolHeader.Map))
        {
            Outsider = own[ProtocolRole.Outsider].Any() ? [.. own[ProtocolRole.Outsider]] : null,
            Handler = [.. own[ProtocolRole.Handler]],
            Source = _source,
            Lines = (_headers[ProtocolHeader.Protocol].Line, _headers[ProtocolHeader.Map].Line),
            StepLines = [.. ByPhase().SelectMany(p => p.Steps.Select(s => (p.Phase.Name, s.Step, s.Line)))],
            Warnings = [.. EndlessWaits.Of(_steps).Concat(AsidFlushes.Of(_steps)).Concat(LocksNotHeld.Of(
                    ByPhase().Select(p => (p.Phase.Role, p.Steps))))
                .Select(w => new InputException(_source, w.Line, w.Message).Message)],
        };
    }

    // The steps of the file follow each other phase by phase.
    private IEnumerable<(ReadPhase Phase, IReadOnlyList<(Step Step, int Line)> Steps)> ByPhase()
    {
        int first = 0;
        foreach (var phase in _phases)
        {
            yield return (phase,
                [.. _steps.Skip(first).Take(phase.Steps.Count).Select(s => (s.Step, s.Line))]);
            first += phase.Steps.Count;
        }
    }
}

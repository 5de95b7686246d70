using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Grains.StopMachine;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Admission;

/// <summary>
/// The bounds of a client's request. A request is as untrusted as a file: a wrong one is refused in one line.
/// </summary>
internal static class RequestLimits
{
    private const int MaxFile = 4096;
    private const int MaxReplay = 65_536;
    private const int MaxAccesses = 65_536;

    /// <summary>What is wrong with a boot; null for nothing.</summary>
    /// <param name="earlier">
    /// The machine of an earlier boot of this key that was cancelled, whose tables and CPUs are still there; null for
    /// none.
    /// </param>
    public static string? WhatIsWrongWith(string key, BootRequest? request, MachineHandle? earlier)
    {
        if (request is null)
            return "expected a request to boot, found none";
        if (WhatIsWrongWith(key, request.Machine) is { } wrong)
            return wrong;
        if (earlier is not null && earlier.Json != request.Machine.Json)
            return $"expected the machine whose boot was cancelled under this key ({earlier.File}), found another "
                + "(use another key)";
        if (WhatIsWrongWith(request.Protocol, request.ProtocolFile) is { } wrongProtocol)
            return wrongProtocol;
        if (request.Replay.IsDefault)
            return "expected a list of events to replay, which may be empty, found none";
        if (request.Replay.Length > MaxReplay)
            return $"expected at most {MaxReplay} events to replay, found {request.Replay.Length}";
        int cpus = request.Machine.Description.Cpus.Length;
        for (int i = 0; i < request.Replay.Length; i++)
        {
            if (WhatIsWrongWith(request.Replay[i], cpus) is { } wrongEvent)
                return $"event {i + 1} of the replay: {wrongEvent}";
        }

        return null;
    }

    /// <summary>What is wrong with a scenario; null for nothing.</summary>
    public static string? WhatIsWrongWith(string key, ScenarioRequest? request) =>
        request is null ? "expected a request for a scenario, found none"
        : WhatIsWrongWith(key, request.Machine)
            ?? (request.Accesses is < 0 or > MaxAccesses
            ? $"expected 0 to {MaxAccesses} accesses, found {request.Accesses}" : null);

    private static string? WhatIsWrongWith(string key, MachineHandle? machine)
    {
        if (!MachineKey.IsValid(key))
            return $"expected a machine's key of {MachineKey.Rule}, found {key.Length} characters";
        if (machine?.File is null || machine.Json is null)
            return "expected a machine, found none";
        if (machine.File.Length > MaxFile)
            return $"expected a file name of at most {MaxFile} characters, found {machine.File.Length}";
        try
        {
            _ = machine.Description;
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }

    private static string? WhatIsWrongWith(string? protocol, string? file)
    {
        if (protocol is null || (file is null && RepaintProtocols.Find(protocol) is null))
            return $"\"{Shown(protocol)}\" is no protocol; expected one of "
                + $"{string.Join(", ", RepaintProtocols.All.Select(p => p.Name))}";
        try
        {
            KnownProtocols.Find(protocol, file);
            return null;
        }
        catch (RefusedException e)
        {
            return e.Message;
        }
    }

    private static string? WhatIsWrongWith(ReplayAction? happened, int cpus)
    {
        if (happened is null)
            return "expected an event, found none";
        if (happened.Text is null)
            return "expected the event in words, found none";
        if (happened.Cpu < 0 || happened.Cpu >= cpus)
            return $"expected a CPU from 0 to {cpus - 1}, found {happened.Cpu}";
        if (happened.Linked is { } range && !Enum.IsDefined(range))
            return $"expected a range of the repaint, found {range}";
        if (happened.Step is ForeignStep { Code: var code })
            return $"expected the code of a step that this silo knows, found \"{Shown(code)}\"";
        if (happened.Walked is { IsUpperHalf: false } va && va.Value >> 52 != 0)
            return $"expected an address, found 0x{va.Value:x}";
        return null;
    }

    private static string Shown(string? text) => text is null ? "" : text.Length <= 80 ? text : text[..80] + "…";
}

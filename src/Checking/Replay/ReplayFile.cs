using System.Collections.Immutable;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Replay;

/// <summary>Reads the output of mmu check --json as far as grains can perform it.</summary>
public static class ReplayFile
{
    /// <summary>The maximum size of a file in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>The maximum number of events.</summary>
    public const int MaxEvents = 10_000;

    /// <param name="file">The file's name, for errors.</param>
    /// <exception cref="InputException">
    /// The file has another format, or its counterexample cannot be performed by grains.
    /// </exception>
    public static ReplayScript Parse(string file, string text)
    {
        var root = JsonSource.Parse(file, text);
        var protocol = ProtocolOf(root);
        var property = root.Required("property");
        if (!CounterexampleReplay.Shown.Contains(property.AsString()))
            throw property.Error(
                $"expected one that grains can show ({string.Join(", ", CounterexampleReplay.Shown)}), found "
                + property.Found);
        var machineFile = root.Required("machineFile");
        var machine = MachineFile.Parse(file, machineFile.AsString());
        if (!machine.Cpus[0].KernelTrusts(machine.Rules))
        {
            throw machineFile.Error(
                $"expected a boot CPU that may split live, since no kernel paints large leaves under another, found " +
                $"{machine.Cpus[0].Core.Name}");
        }

        var events = root.Required("counterexample").AsArray();
        if (events.Count > MaxEvents)
            throw root.Required("counterexample").Error($"expected at most {MaxEvents} events, found {events.Count}");
        if (machine.Cpus.Length > ToyMachine.MaxCpus)
            throw machineFile.Error($"expected at most {ToyMachine.MaxCpus} CPUs, found {machine.Cpus.Length}");
        var path = new ReplayPath(protocol, [.. machine.Cpus.Select(c => c.Bbm)]);
        int last = machine.Cpus.Length - 1;
        int violating = root.Required("violatingCpu").AsInteger(0, last);
        ImmutableArray<ReplayAction> actions = [.. events.Select(e => Action(e, last, path)).OfType<ReplayAction>()];
        // A run without events to perform would be an ordinary boot, in which the adversary chooses.
        if (actions.IsEmpty)
            throw root.Required("counterexample").Error("expected an event that grains perform, found none");
        return new(protocol.Name, machineFile.Text, property.Text, violating, actions) { ProtocolFile = protocol.Text };
    }

    // A protocol that is not built in comes with its text.
    private static CheckedProtocol ProtocolOf(JsonSource root)
    {
        var name = root.Required("protocol");
        if (root.Optional("protocolFile") is not { } file)
        {
            return RepaintProtocols.Find(name.AsString()) is not null ? CheckedProtocols.Find(name.Text)!
                : throw name.Error(
                    $"expected one that grains perform ({string.Join(", ", RepaintProtocols.All.Select(p => p.Name))})"
                    + $", found {name.Found}");
        }

        CheckedProtocol protocol;
        try
        {
            protocol = CheckedProtocols.Parse("the protocol's file", file.AsString());
        }
        catch (InputException e)
        {
            throw file.Error(e.Message);
        }

        if (protocol.Name != name.AsString())
            throw name.Error($"expected the name in protocolFile, {protocol.Name}, found {name.Found}");
        return RunLimits.WhyNot(protocol.File) is { } reason ? throw file.Error(reason) : protocol;
    }

    private static ReplayAction? Action(JsonSource happened, int lastCpu, ReplayPath path)
    {
        int cpu = happened.Required("cpu").AsInteger(0, lastCpu);
        string text = happened.Required("action").AsString();
        var kind = happened.Required("kind");
        switch (kind.AsString())
        {
            case "step":
                var (step, source) = StepOf(happened);
                return path.Perform(cpu, step) is { } instead
                    ? throw source.Error($"expected {instead}, found {source.Found}")
                    : new(cpu, step, null, null, text);
            case "store":
                return Store(happened, cpu, text, path);
            case "walk" when happened.Optional("fromCache") is { } cached:
                throw cached.Error(
                    "expected walks that begin at a root, as those of grains do, found one that begins at a cached " +
                    "table entry");
            case "walk":
                return new(cpu, null, null, happened.Required("address").AsVirtualAddress(), text);
            case "violation":
                return null;
            default:
                throw kind.Error($"expected step, store, walk or violation, found {kind.Found}");
        }
    }

    // The code decides: it stays when a later version rewords the text. Files of earlier versions have the text alone.
    private static (Step Step, JsonSource Source) StepOf(JsonSource happened)
    {
        if (happened.Optional("code") is { } code)
            return Step.TryDecode(code.AsString(), out var coded) ? (coded!, code)
                : throw code.Error($"expected the code of a step, found {code.Found}");
        var text = happened.Required("step");
        return Step.TryParse(text.AsString(), out var step) ? (step!, text)
            : throw text.Error($"expected a step, found {text.Found}");
    }

    // Stores to the flag, and stores that fill a table not yet linked, need no action of their own.
    private static ReplayAction? Store(JsonSource happened, int cpu, string text, ReplayPath path)
    {
        var word = happened.Optional("word");
        var content = word is null ? null : happened.Required("content");
        if (path.Store(cpu, word?.AsString(), content?.AsString()) is { } instead)
            throw happened.Error($"expected {instead}, found \"{text}\"");
        return CounterexampleReplay.LinkedBy(word?.Text) is { } range ? new(cpu, null, range, null, text) : null;
    }
}

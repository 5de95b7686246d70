using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Checking.Protocols;

/// <summary>A protocol with the map that it changes and the CPUs that it is checked on.</summary>
/// <param name="File">The protocol's file.</param>
/// <param name="Scene">The map that the file names.</param>
public sealed record CheckedProtocol(ProtocolFile File, MapChangeGoal Scene)
{
    /// <summary>Whether the name alone says which protocol it is; otherwise its text has to travel with it.</summary>
    public bool IsBuiltIn { get; init; }

    public Protocol Protocol => File.Protocol;

    public string Name => Protocol.Name;

    /// <summary>The levels of CPU 0, CPU 1, and so on; the last one holds for all further CPUs.</summary>
    public ImmutableArray<BbmLevel> Levels => File.Levels;

    /// <summary>The text that recreates the protocol elsewhere; null for a built-in one, which has its name.</summary>
    public string? Text => IsBuiltIn ? null : File.Text;

    public ProtocolScript Script => ProtocolScript.Of(Protocol, File.Outsider, File.Handler);

    /// <summary>The model of the protocol itself.</summary>
    public MachineModel Model(CheckOptions options) => Model(Script, options);

    /// <summary>
    /// The model of a changed script; entries, flushed ranges and the intended map stay those of the protocol.
    /// </summary>
    public MachineModel Model(ProtocolScript script, CheckOptions options)
    {
        var machine = ToyMachine.Of([.. Levels]);
        var universe = new EntryUniverse(machine, Contents());
        uint flushed = Script.BootCpu.Concat(Script.Handler)
            .Select(s => ToyCpuKind.Operation(s.Step, machine)).OfType<TlbiOperation>()
            .Concat(Script.Secondaries.Concat(Script.Outsider ?? [])
                .Select(s => ToyCpuKind.Operation(s.Step, machine)).OfType<TlbiOperation>().Where(o => o.Broadcast))
            .Aggregate(0u, (mask, operation) => mask | universe.Scope(operation));
        return new MachineModel(
            universe, Scene, script, options.Levels ?? Levels, flushed & universe.Kernel, options.Cnp,
            repeatsTlbi: options.RepeatsTlbi);
    }

    // The contents that each word can have while the protocol runs.
    private Dictionary<WatchedWord, ImmutableSortedSet<WordContent>> Contents()
    {
        var writes = Script.AllSteps.SelectMany(s => DescriptorStore.Writes(s.Step)).Where(w => w.Word is not null)
            .ToLookup(w => w.Word!.Value, w => w.Content);
        return WatchedWord.All.ToDictionary(w => w, w => writes[w].Append(Scene.Initial[w]).ToImmutableSortedSet());
    }
}

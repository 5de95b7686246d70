using System.Collections.Concurrent;
using Orleans.Mmu.Checking.Replay;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.MachineFiles;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// The counterexamples that checks on pages have found, and the machines that perform one. The newest are kept.
/// </summary>
internal sealed class Replays(BegunBoots boots)
{
    private const int MostKept = 100;

    private readonly ConcurrentDictionary<string, ReplayScript> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _kept = new();

    /// <summary>Keeps a counterexample; what is returned names it.</summary>
    public string Keep(ReplayScript script)
    {
        string number = $"{Guid.NewGuid():N}";
        Keep(number, script);
        return number;
    }

    /// <summary>Boots a machine whose CPUs perform a counterexample; the machine's key.</summary>
    /// <exception cref="RefusedException">The counterexample is not kept any more.</exception>
    public string Begin(string number)
    {
        if (Find(number) is not { } script)
            throw new RefusedException("the counterexample is not kept any more: check the protocol again");
        string key = boots.Begin(new(
            new MachineHandle("toy", script.MachineFile), script.Protocol, Seed: 1, ForceRepaint: true, Trace: true)
        {
            Replay = script.Actions,
        });
        Keep(key, script);
        return key;
    }

    /// <summary>The counterexample of a number, or of a machine that performs it; null where none is kept.</summary>
    public ReplayScript? Find(string name) => _scripts.GetValueOrDefault(name);

    private void Keep(string name, ReplayScript script)
    {
        _scripts[name] = script;
        _kept.Enqueue(name);
        if (_kept.Count > MostKept && _kept.TryDequeue(out string? oldest))
            _scripts.TryRemove(oldest, out _);
    }
}

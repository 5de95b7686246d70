using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Grains.Clusters;

/// <summary>
/// One part of the list of machines. A machine writes here before its boot begins, so that no machine is missing. An
/// entry leaves with its machine: at its removal, or when storage does not keep the machine any longer.
/// </summary>
[GrainType("machineindex"), CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class MachineIndexGrain(
    [PersistentState("machine-index")] IPersistentState<MachineIndexState> state, StateLifetime lifetime,
    IOptions<MmuOptions> options, TimeProvider time)
    : Grain, IMachineIndexGrain, IMachineIndexWriterGrain
{
    public async Task<MachineIndexPage> List(CancellationToken cancellationToken)
    {
        // A silo that was declared dead and is not may hold an activation that another has replaced.
        await state.ReadStateAsync(CancellationToken.None);
        return new([.. Kept().Values], time.GetUtcNow());
    }

    public async Task<bool> Enter(MachineEntry entry, CancellationToken cancellationToken)
    {
        var kept = Kept();
        if (kept.TryGetValue(entry.Key, out var known))
        {
            if (!entry.Follows(known))
                return true;
        }
        else if (kept.Count >= options.Value.MachinesInPart)
        {
            return false;
        }

        await WriteAsync(kept.SetItem(entry.Key, entry));
        return true;
    }

    public async Task Drop(string machineKey, CancellationToken cancellationToken)
    {
        if (state.State.Entries.ContainsKey(machineKey))
            await WriteAsync(Kept().Remove(machineKey));
    }

    private ImmutableDictionary<string, MachineEntry> Kept()
    {
        var now = time.GetUtcNow();
        return state.State.Entries.RemoveRange(
            state.State.Entries.Values.Where(e => lifetime.IsOver(e.Changed, now)).Select(e => e.Key));
    }

    private Task WriteAsync(ImmutableDictionary<string, MachineEntry> entries)
    {
        state.State = new() { Entries = entries };
        return state.WriteOrDeactivateAsync(this);
    }
}

/// <summary>What must survive of a part: its machines by key.</summary>
[GenerateSerializer, Immutable, Alias("mmu.MachineIndexState")]
public sealed record MachineIndexState
{
    [Id(0)]
    public ImmutableDictionary<string, MachineEntry> Entries { get; init; } =
        ImmutableDictionary<string, MachineEntry>.Empty;
}

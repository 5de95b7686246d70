using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Updates of AF and dirty state by hardware (FEAT_HAFDBS). A CPU's walk and its update are one atomic pair: no other
/// store to the word comes between. Reads may: the update can be late, until the CPU's next full DSB.
/// </summary>
internal sealed class HardwareUpdate(LitmusTest test)
{
    private readonly bool _any = test.Hardware.Values.Any(h => h != HardwareUpdates.None);

    /// <summary>Whether some CPU of the test has such hardware.</summary>
    public bool IsPresent => _any;

    /// <summary>
    /// What a CPU's access must write to a descriptor before it may use it; null where it needs nothing.
    /// </summary>
    /// <returns>Null also where the access faults: then nothing is written.</returns>
    public LitmusDescriptor? Needed(int cpu, LitmusDescriptor descriptor, bool stores)
    {
        var updates = test.Updates(cpu);
        if (updates == HardwareUpdates.None || !descriptor.Valid || descriptor.Output is null)
            return null;
        bool dirties = stores && !descriptor.Db;
        if (dirties && !(updates == HardwareUpdates.DirtyState && descriptor.Dbm))
            return null;
        return descriptor.Af && !dirties ? null : descriptor with { Af = true, Db = descriptor.Db || dirties };
    }

    /// <summary>Whether a CPU's hardware has read a word and has yet to write it.</summary>
    public static bool IsBusy(LitmusState state, int word)
    {
        foreach (var cpu in state.Cpus)
        {
            foreach (var update in cpu.Updates)
            {
                if (update.Word == word)
                    return true;
            }
        }

        return false;
    }

    /// <summary>Writes the oldest pending update of a CPU.</summary>
    public void PerformOldest(LitmusState state, LitmusCpu cpu)
    {
        var update = cpu.Updates[0];
        cpu.Updates.RemoveAt(0);
        Store(state, cpu, update.Word, update.Descriptor);
    }

    /// <summary>Writes an update.</summary>
    /// <param name="cpu">The CPU whose hardware writes; null where no access asks for it.</param>
    /// <exception cref="InputException">The word has too many versions.</exception>
    public void Store(LitmusState state, LitmusCpu? cpu, int word, int descriptor)
    {
        if (state.Memory.Newest(word) + 1 == LitmusMemory.MaxVersions)
            throw new InputException(
                test.Source, 1,
                $"expected at most {LitmusMemory.MaxVersions - 1} stores to {test.Names.WordName(word)} in one run, "
                + "found more by hardware");
        state.Memory.Store(word, descriptor);
        LitmusStores.OpenMonitors(state, cpu, new(true, word));
    }

    /// <summary>
    /// Words whose AF hardware may set for no access of the programs: as soon as one CPU has such hardware, once for
    /// the first value and for each store of a valid descriptor with AF 0.
    /// </summary>
    public IEnumerable<int> Spurious(LitmusState state)
    {
        if (!_any)
            yield break;
        for (int word = 0; word < test.Names.Words.Count; word++)
        {
            var descriptor = test.Names.Descriptors[state.Memory.Descriptor(word, state.Memory.Newest(word))];
            if (descriptor is { Valid: true, Af: false, Output: not null }
                && !IsBusy(state, word))
                yield return word;
        }
    }

    /// <summary>Sets the AF of a word for no access.</summary>
    public void SetAccessFlag(LitmusState state, int word)
    {
        var descriptor = test.Names.Descriptors[state.Memory.Descriptor(word, state.Memory.Newest(word))];
        Store(state, null, word, test.Number(descriptor with { Af = true }));
    }
}

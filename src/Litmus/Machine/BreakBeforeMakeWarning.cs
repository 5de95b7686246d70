using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Finds the first change of a live descriptor that requires break-before-make (R_WHZWS) and is made without it: a
/// change of memory type, shareability or cacheability, or of an output address where one version is writable or the
/// contents differ at some moment. This is the warning of Arm's model, aarch64bbm.cat: it compares a version with every
/// later one, and every two values that the two pages ever hold.
/// </summary>
internal sealed class BreakBeforeMakeWarning(LitmusTest test)
{
    /// <summary>The flag's name in Arm's model.</summary>
    public const string Flag = "Warning-BBM-expected";

    private readonly HardwareUpdates _best =
        test.Hardware.Values.DefaultIfEmpty(HardwareUpdates.None).Max();

    /// <summary>The first store that needed break-before-make and was made without it; null for none.</summary>
    public (int Word, int Old, int New)? Found { get; private set; }

    /// <summary>Judges a store to a table word just before it is performed.</summary>
    public void Watch(LitmusState state, LitmusCpu cpu, int word, int descriptor)
    {
        if (!IsLive(descriptor))
            return;
        var memory = state.Memory;
        bool isBroken = false;
        for (int version = memory.Newest(word); version >= 0; version--)
        {
            int old = memory.Descriptor(word, version);
            // Break-before-make was done if a version between the two is uncacheable and a TLBI completed after it.
            if (!IsLive(old))
                isBroken |= cpu.Flushed[word] >= version;
            else if (!isBroken)
                Judge(memory, word, old, descriptor);
        }
    }

    /// <summary>Judges a store to a page just after it is performed: two read-only pages may differ by it.</summary>
    public void Watch(LitmusState state, int cell)
    {
        state.Memory.Remember(cell);
        if (Found is not null)
            return;
        foreach (var (word, old, changed) in state.Memory.Suspects)
        {
            if (Differ(old, changed, state.Memory.WereEqual))
                Found ??= (word, old, changed);
        }
    }

    private void Judge(LitmusMemory memory, int word, int old, int changed)
    {
        if (Differ(old, changed, memory.WereEqual))
            Found ??= (word, old, changed);
        else if (test.Names.Descriptors[old].Output != test.Names.Descriptors[changed].Output)
            memory.Suspect(word, old, changed);
    }

    /// <summary>Whether a change from one live descriptor to another requires break-before-make.</summary>
    /// <param name="wereEqual">Whether two pages have only ever held one and the same value.</param>
    public bool Differ(int oldNumber, int changedNumber, Func<int, int, bool> wereEqual)
    {
        LitmusDescriptor old = test.Names.Descriptors[oldNumber], changed = test.Names.Descriptors[changedNumber];
        if (old.Table is not null || changed.Table is not null)
            return false;
        if (old.Attributes != changed.Attributes
            && !(old.Attributes.IsDevice && changed.Attributes.IsDevice
            && old.Attributes.Type == changed.Attributes.Type))
            return true;
        if (old.Output == changed.Output)
            return false;
        return IsWritable(old) || IsWritable(changed) || !wereEqual(old.Output!.Value, changed.Output!.Value);
    }

    /// <summary>Whether a TLB may hold a descriptor, also after a hardware update of AF.</summary>
    public bool IsLive(int number)
    {
        var descriptor = test.Names.Descriptors[number];
        return descriptor.IsCacheable
            || (_best != HardwareUpdates.None && (descriptor with { Af = true }).IsCacheable);
    }

    private bool IsWritable(LitmusDescriptor descriptor) =>
        descriptor.Db || (descriptor.Dbm && _best == HardwareUpdates.DirtyState);
}

using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Finds the first change of a live descriptor that requires break-before-make (R_WHZWS) and is made without it: a
/// change of memory type, shareability or cacheability, or of an output address where one version is writable or the
/// contents differ. This is the warning of Arm's model, aarch64bbm.cat.
/// </summary>
internal sealed class BreakBeforeMakeWarning(LitmusTest test)
{
    /// <summary>The flag's name in Arm's model.</summary>
    public const string Flag = "Warning-BBM-expected";

    /// <summary>The first store that needed break-before-make and was made without it; null for none.</summary>
    public (int Word, int Old, int New)? Found { get; private set; }

    /// <summary>Judges a store to a table word just before it is performed.</summary>
    public void Watch(LitmusState state, LitmusCpu cpu, int word, int descriptor)
    {
        if (Found is not null || !test.Names.Descriptors[descriptor].IsCacheable)
            return;
        int last = state.Memory.Newest(word);
        while (last >= 0 && !test.Names.Descriptors[state.Memory.Descriptor(word, last)].IsCacheable)
            last--;
        if (last < 0)
            return;
        int old = state.Memory.Descriptor(word, last);
        // Break-before-make was done if an uncacheable version follows the last cacheable one and a TLBI completed
        // after that.
        bool isMade = last < state.Memory.Newest(word) && cpu.Flushed[word] > last;
        if (!isMade && Needs(state.Memory, test.Names.Descriptors[old], test.Names.Descriptors[descriptor]))
            Found = (word, old, descriptor);
    }

    private static bool Needs(LitmusMemory memory, LitmusDescriptor old, LitmusDescriptor changed)
    {
        if (old.Table is not null || changed.Table is not null)
            return false;
        if (old.Attributes != changed.Attributes
            && !(old.Attributes.IsDevice && changed.Attributes.IsDevice
            && old.Attributes.Type == changed.Attributes.Type))
            return true;
        if (old.Output == changed.Output)
            return false;
        return old.Db || changed.Db || !memory.AreEqual(old.Output!.Value, changed.Output!.Value);
    }
}

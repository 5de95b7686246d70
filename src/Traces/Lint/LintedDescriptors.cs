using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The state of each descriptor in a tree: whether a CPU may still have cached another value than memory holds
/// (R_DDMVT).
/// </summary>
/// <param name="levelOf">
/// The lowest level of the CPUs that may hold a tree, from its root and the CPU that writes it.
/// </param>
internal sealed class LintedDescriptors(
    LintedLocks locks, LintedTrees trees, LiveDescriptorChange changes, Func<ulong, int, BbmLevel> levelOf)
{
    private readonly Dictionary<int, UncleanDescriptors> _unclean = [];

    // The old values of descriptors that are not clean, by address.
    private readonly Dictionary<ulong, ulong> _changed = [];

    /// <summary>The number of live changes for which a CPU may take a conflict abort.</summary>
    public long MayAbort { get; private set; }

    /// <summary>The descriptors that a CPU has changed and not cleaned; null for a CPU that has changed none.</summary>
    public UncleanDescriptors? UncleanOf(int cpu) => _unclean.GetValueOrDefault(cpu);

    /// <summary>A CPU is about to write a descriptor; the page still holds the old value.</summary>
    /// <exception cref="LintException">The write breaks a rule.</exception>
    public void Write(int cpu, LintedPage page, int word, ulong value, bool release)
    {
        ulong address = page.Address + (ulong)word * 8;
        ulong old = page[word];
        bool wasValid = (old & 1) != 0;
        bool isValid = (value & 1) != 0;
        locks.CheckWrite(page, address, cpu, release, wasValid || isValid);
        if (old == value || (!wasValid && !isValid))
            return;
        if (page.HasUncleanParent)
        {
            throw new LintException(
                $"Wrote on a page with an unclean parent: 0x{address:x} may still be walked through the table entry "
                + "that led here (R_RVJDB)", page.RootAddress);
        }

        if (!wasValid)
        {
            if (page.State(word) == DescriptorCleanliness.Unclean)
                throw Unclean(page, address, _changed.GetValueOrDefault(address), value);
            LinkTable(page, word, value);
        }
        else if (!isValid)
        {
            _changed[address] = old;
            Pend(cpu, page, word, old, DescriptorCleanliness.Unclean);
            if (LintedTrees.TableOf(old, page.Level) is { } table)
                trees.MarkParent(table, unclean: true);
        }
        else
        {
            ChangeLive(cpu, page, word, old, value);
        }
    }

    private void ChangeLive(int cpu, LintedPage page, int word, ulong old, ulong value)
    {
        ulong address = page.Address + (ulong)word * 8;
        Judge(cpu, page, address, old, value);
        // The value before the last change may still be cached as well.
        if (page.State(word) == DescriptorCleanliness.Changed && _changed.TryGetValue(address, out ulong older))
            Judge(cpu, page, address, older, value);
        if (LintedTrees.TableOf(value, page.Level) is { } table && LintedTrees.TableOf(old, page.Level) is null)
            trees.Link(table, page.RootAddress, page.Regime, page.Level + 1, page.Input + (ulong)word * page.Cover);
        else if (LintedTrees.TableOf(value, page.Level) is null && LintedTrees.TableOf(old, page.Level) is { } freed)
            trees.MarkParent(freed, unclean: true);
        if (page.State(word) != DescriptorCleanliness.Changed)
            _changed[address] = old;
        Pend(cpu, page, word, old, DescriptorCleanliness.Changed);
    }

    private void Judge(int cpu, LintedPage page, ulong address, ulong old, ulong value)
    {
        var verdict = changes.Judge(page, old, value, levelOf(page.RootAddress, cpu));
        if (verdict.Reason is { } reason)
        {
            throw new LintException(
                $"BBM valid->valid: 0x{address:x} changes from 0x{old:x} to 0x{value:x} while it may be walked: "
                + reason, page.RootAddress);
        }

        if (verdict.MayAbort)
            MayAbort++;
    }

    private void LinkTable(LintedPage page, int word, ulong value)
    {
        if (LintedTrees.TableOf(value, page.Level) is not { } table)
            return;
        if (trees.HasUnclean(table))
            throw new LintException($"BBM write table descriptor with unclean children: 0x{table:x}", page.RootAddress);
        trees.Link(table, page.RootAddress, page.Regime, page.Level + 1, page.Input + (ulong)word * page.Cover);
    }

    private void Pend(int cpu, LintedPage page, int word, ulong old, DescriptorCleanliness state)
    {
        page.SetState(word, state);
        if (!_unclean.TryGetValue(cpu, out var unclean))
            _unclean[cpu] = unclean = new();
        unclean.Add(new(page, word, page.NextVersion(word), old));
    }

    /// <summary>Records that no CPU can have the old value of a descriptor cached any more.</summary>
    public void Clean(UncleanDescriptor change)
    {
        var (page, word, version, old) = change;
        if (!page.IsTable || page.Version(word) != version)
            return;
        page.SetState(word, DescriptorCleanliness.Clean);
        _changed.Remove(page.Address + (ulong)word * 8);
        if (LintedTrees.TableOf(old, page.Level) is { } table && LintedTrees.TableOf(page[word], page.Level) != table)
            trees.Unlink(table);
    }

    private static LintException Unclean(LintedPage page, ulong address, ulong old, ulong value) => new(
        $"BBM invalid unclean->valid: 0x{address:x} becomes 0x{value:x} while 0x{old:x}, which it held before, may "
        + $"still "
        + "be cached: DSB, TLBI and DSB did not all come between (R_DDMVT)", page.RootAddress);
}

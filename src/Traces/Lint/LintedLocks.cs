namespace Orleans.Mmu.Traces.Lint;

/// <summary>The lock that protects each tree, and the CPU that holds each lock.</summary>
internal sealed class LintedLocks(LintFindings found)
{
    private const string NoLock = "must have associated root with a lock";
    private const string NotHeld = "must write to pte while holding owner lock";
    private const string Plain = "Wrote plain without authorization";

    private readonly Dictionary<ulong, ulong> _lockOfRoot = [];
    private readonly Dictionary<ulong, (int Cpu, bool PlainWritten)> _held = [];
    private readonly Dictionary<ulong, int> _threadOwners = [];

    public void Protect(ulong root, ulong address) => _lockOfRoot[root] = address;

    /// <summary>Forgets a tree.</summary>
    public void Forget(ulong root) => _lockOfRoot.Remove(root);

    /// <summary>
    /// Gives one thread the sole right to write a descriptor; a negative number takes the right back.
    /// </summary>
    public void Own(ulong address, ulong cpu)
    {
        if (cpu > int.MaxValue)
            _threadOwners.Remove(address);
        else
            _threadOwners[address] = (int)cpu;
    }

    public void Lock(ulong address, int cpu)
    {
        if (!_held.TryAdd(address, (cpu, false)))
            found.ReportOfLocks(
                $"Tried to lock a component that was already held: 0x{address:x} by CPU {_held[address].Cpu}");
    }

    /// <summary>Takes a lock unless a CPU holds it; false if one does.</summary>
    public bool TryLock(ulong address, int cpu) => _held.TryAdd(address, (cpu, false));

    public void Unlock(ulong address, int cpu)
    {
        if (!_held.TryGetValue(address, out var holder))
            found.ReportOfLocks($"Tried to unlock a component that was not held: 0x{address:x}");
        else if (holder.Cpu != cpu)
            found.ReportOfLocks(
                $"Tried to unlock a component that was held by another thread: 0x{address:x} by CPU {holder.Cpu}");
        _held.Remove(address);
    }

    /// <summary>A DSB orders the CPU's next plain write after all of its earlier writes.</summary>
    public void Dsb(int cpu)
    {
        foreach (var (address, holder) in _held)
        {
            if (holder.Cpu == cpu && holder.PlainWritten)
                _held[address] = (cpu, false);
        }
    }

    /// <summary>Checks that a CPU may write a descriptor of a tree.</summary>
    /// <param name="matters">The write makes something valid or invalid.</param>
    public void CheckWrite(LintedPage page, ulong address, int cpu, bool release, bool matters)
    {
        if (_threadOwners.Count > 0 && _threadOwners.TryGetValue(address, out int owner))
        {
            if (owner != cpu)
            {
                found.ReportOfLocks(
                    $"Location owned by a thread but accessed by another: 0x{address:x} is CPU {owner}'s");
            }

            return;
        }

        // Trees that share a table may have different locks; one of them is enough.
        ulong? any = null;
        ulong? held = null;
        foreach (ulong root in page.Roots)
        {
            if (!_lockOfRoot.TryGetValue(root, out ulong known))
                continue;
            any ??= known;
            if (_held.TryGetValue(known, out var by) && by.Cpu == cpu)
                held ??= known;
        }

        if (any is null)
        {
            if (found.CountOfLocks(NoLock))
                return;
            found.ReportOfLocks(
                $"{NoLock}: the tree at 0x{page.RootAddress:x} has none");
            return;
        }

        if (held is not { } locked)
        {
            if (found.CountOfLocks(NotHeld))
                return;
            found.ReportOfLocks(
                $"{NotHeld}: 0x{address:x} is in the tree at 0x{page.RootAddress:x}, "
                + $"whose lock 0x{any:x} CPU {cpu} does not hold");
            return;
        }

        if (!_held[locked].PlainWritten)
        {
            _held[locked] = (cpu, true);
        }
        else if (!release && matters && !found.CountOfLocks(Plain))
        {
            found.ReportOfLocks(
                $"{Plain}: 0x{address:x} may be seen before what CPU {cpu} wrote earlier "
                + "under the lock; a DSB or a release write keeps them in order (R_SPVBD)", page.RootAddress);
        }
    }
}

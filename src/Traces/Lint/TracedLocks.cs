namespace Orleans.Mmu.Traces.Lint;

/// <summary>Which lock protects which tree, and who holds it.</summary>
internal sealed class TracedLocks
{
    private readonly Dictionary<ulong, ulong> _lockOfRoot = [];
    private readonly Dictionary<ulong, (int Cpu, bool PlainWritten)> _held = [];
    private readonly Dictionary<ulong, int> _threadOwners = [];

    public void Protect(ulong root, ulong address) => _lockOfRoot[root] = address;

    /// <summary>Forgets a tree.</summary>
    public void Forget(ulong root) => _lockOfRoot.Remove(root);

    /// <summary>One thread alone writes a descriptor from now on; a negative number ends that.</summary>
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
            throw new LintException($"Tried to lock a component that was already held: 0x{address:x} by CPU {_held[address].Cpu}");
    }

    /// <summary>Takes a lock if nobody holds it.</summary>
    public void TryLock(ulong address, int cpu) => _held.TryAdd(address, (cpu, false));

    public void Unlock(ulong address, int cpu)
    {
        if (!_held.TryGetValue(address, out var holder))
            throw new LintException($"Tried to unlock a component that was not held: 0x{address:x}");
        if (holder.Cpu != cpu)
            throw new LintException($"Tried to unlock a component that was held by another thread: 0x{address:x} by CPU {holder.Cpu}");
        _held.Remove(address);
    }

    /// <summary>After a DSB a plain write comes after all that was written before.</summary>
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
    public void CheckWrite(TracedPage page, ulong address, int cpu, bool release, bool matters)
    {
        if (_threadOwners.Count > 0 && _threadOwners.TryGetValue(address, out int owner))
        {
            if (owner != cpu)
                throw new LintException($"Location owned by a thread but accessed by another: 0x{address:x} is CPU {owner}'s", page.Root);
            return;
        }

        if (!_lockOfRoot.TryGetValue(page.Root, out ulong held))
            throw new LintException($"must have associated root with a lock: the tree at 0x{page.Root:x} has none", page.Root);
        if (!_held.TryGetValue(held, out var holder) || holder.Cpu != cpu)
            throw new LintException($"must write to pte while holding owner lock: 0x{address:x} is in the tree at 0x{page.Root:x}, whose lock 0x{held:x} CPU {cpu} does not hold", page.Root);
        if (!holder.PlainWritten)
            _held[held] = (cpu, true);
        else if (!release && matters)
            throw new LintException($"Wrote plain without authorization: 0x{address:x} may be seen before what CPU {cpu} wrote earlier under the lock; a DSB or a release write keeps them in order (R_SPVBD)", page.Root);
    }
}

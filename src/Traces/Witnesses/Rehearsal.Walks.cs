using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Traces.Witnesses;

/// <content>The walks of the addresses of the violation, and what they bring.</content>
internal sealed partial class Rehearsal
{
    /// <summary>
    /// The CPU walks the addresses, by what memory holds and by what it may still read there; the newest words come
    /// last.
    /// </summary>
    public void Walk()
    {
        if (_isLast)
            return;
        foreach (long store in memory.StoresTo(violation.Cpu, _path))
            Walk(address => memory.Before(violation.Cpu, address, store));
        Walk(address => memory[address]);
    }

    /// <summary>Walks after the violation, until two entries contradict one another.</summary>
    /// <param name="made">The address that the violation's event has written; null for no store.</param>
    public Contradiction? Contradict(ulong? made)
    {
        if (_processor is null)
            return null;
        var found = Walk(address => memory[address]);
        foreach (long store in memory.StoresTo(violation.Cpu, _path).Reverse())
        {
            found ??= Walk(
                address => address == made ? memory[address] : memory.Before(violation.Cpu, address, store));
        }

        return found;
    }

    /// <summary>Whether a walk of the addresses finds the descriptor of an entry in memory as it is now.</summary>
    public bool IsInMemory(in TlbEntry entry)
    {
        HashSet<ulong> words = [];
        foreach (var root in _processor?.TtbrFor(First).Possible.Where(r => r != None) ?? [])
        {
            for (int i = 0; i < spot.Count; i++)
                PathTables.Of(Geometry, root.RootAddress, AddressAt(i), Read, _path);
        }

        return words.Contains(entry.Descriptor.Bits);

        ulong Read(ulong address)
        {
            words.Add(memory[address]);
            return memory[address];
        }
    }

    /// <summary>An entry by which the CPU still walks a page; null for none.</summary>
    public TlbEntry? EntryInto(ulong page)
    {
        foreach (var entry in _processor?.Tlb.Entries() ?? [])
        {
            if (entry.IsTable && _processor!.TtbrFor(First).Possible.Any(r => r.Asid == entry.Asid)
                && entry.Output.Value <= page
                && page - entry.Output.Value < Geometry.Granule.PageSize)
                return entry;
        }

        return null;
    }

    /// <summary>Whether a walk may begin at a root.</summary>
    public bool MayBegin(ulong root) => _processor?.TtbrFor(First).MayBe(new(root)) == true;

    private Contradiction? Walk(Func<ulong, ulong> read)
    {
        if (_processor is null)
            return null;
        Contradiction? found = null;
        foreach (var root in _processor.TtbrFor(First).Possible)
        {
            if (root == None)
                continue;
            for (int i = 0; i < spot.Count; i++)
            {
                var va = AddressAt(i);
                var tables = PathTables.Of(Geometry, root.RootAddress, va, read, _path);
                foreach (bool wholeGroup in Both)
                {
                    var fill = _processor.Speculate(tables, root, va, wholeGroup, _walks.Count);
                    if (found is null && fill.Overlap is { } other && fill.Verdict.IsHazard)
                        found = new(va, other, fill.Added, fill.Verdict);
                }
            }
        }

        _walks.Add(_event);
        _mairs.Add(_mair);
        _vmids.Add(Vmid);
        return found;
    }

    // The low 56 bits of an input address are followed.
    private VirtualAddress AddressAt(int i) => new((ulong)((long)((spot.Input + (ulong)i * spot.Step) << 8) >> 8));

    private static readonly bool[] Both = [false, true];
}

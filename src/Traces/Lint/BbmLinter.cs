using System.Diagnostics;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges the events of a casemate trace in order against break-before-make at the CPUs' BBM levels, and against
/// casemate's rules for locks and roots. Its memory grows with the tables that the trace writes, not with the length of
/// the trace.
/// </summary>
internal sealed class BbmLinter
{
    private readonly LintedMemory _memory;
    private readonly ulong _maxFill;
    private readonly LintedTrees _trees;
    private readonly LintedLocks _locks = new();
    private readonly LintedRoots _roots = new();
    private readonly LintedHolders _holders = new();
    private readonly LintedDescriptors _descriptors;
    private readonly TlbiReach _reach;
    private readonly IReadOnlyList<BbmLevel> _levels;
    private readonly Action<UncleanDescriptor> _clean;
    private int _cpu;
    private int _lowerBits = 48;
    private int _upperBits = 48;

    /// <param name="levels">The levels of CPU 0, CPU 1 and so on; the last one holds for all that follow.</param>
    /// <param name="maxPages">The number of pages whose contents are kept.</param>
    public BbmLinter(IReadOnlyList<BbmLevel> levels, int maxPages)
    {
        _levels = levels;
        _memory = new LintedMemory(maxPages);
        _maxFill = (ulong)maxPages * LintedPage.Size;
        _trees = new LintedTrees(_memory);
        _descriptors = new LintedDescriptors(
            _locks, _trees, new LiveDescriptorChange(_memory), (root, writer) => LevelOf(Victim(root, writer)));
        _reach = new TlbiReach(_memory, _roots);
        _clean = _descriptors.Clean;
    }

    /// <summary>The number of live changes for which a CPU may take a conflict abort.</summary>
    public long MayAbort => _descriptors.MayAbort;

    /// <summary>The CPU that would fail because another CPU, the writer, changed a tree.</summary>
    public int Victim(ulong? root, int writer) => _holders.Weakest(root, writer, LevelOf) ?? writer;

    /// <exception cref="LintException">The event breaks a rule.</exception>
    public void Step(in CasemateEvent happened)
    {
        _cpu = happened.Cpu;
        switch (happened.Kind)
        {
            case CasemateEventKind.MemoryWrite:
                Write(happened.Address, happened.Value, happened.Release);
                break;
            case CasemateEventKind.MemoryRead:
                Read(happened.Address, happened.Value);
                break;
            case CasemateEventKind.MemorySet:
                Fill(happened.Address, happened.Size, happened.Value);
                break;
            case CasemateEventKind.MemoryInit:
                foreach (var page in _memory.In(happened.Address, happened.Size))
                    Fill(page.Address, LintedPage.Size, 0);
                break;
            case CasemateEventKind.MemoryFree:
                Free(happened.Address, happened.Size);
                break;
            case CasemateEventKind.Dsb:
                _descriptors.UncleanOf(_cpu)?.Dsb(happened.Dsb.Completes(broadcast: true), _clean);
                _holders.Dsb(_cpu, happened.Dsb);
                _locks.Dsb(_cpu);
                break;
            case CasemateEventKind.Isb:
                _holders.Isb(_cpu);
                break;
            case CasemateEventKind.Tlbi:
                Invalidate(happened.Tlbi, happened.Value);
                break;
            case CasemateEventKind.WriteRegister:
                if (happened.Register != CasemateRegister.Other)
                    WriteRegister(happened.Register, happened.Value);
                break;
            case CasemateEventKind.Lock:
                _locks.Lock(happened.Address, _cpu);
                break;
            case CasemateEventKind.TryLock:
                _locks.TryLock(happened.Address, _cpu);
                break;
            case CasemateEventKind.Unlock:
                _locks.Unlock(happened.Address, _cpu);
                break;
            case CasemateEventKind.Hint:
                Hint(happened);
                break;
            default:
                throw new UnreachableException($"the linter has no rule for {happened.Kind}");
        }
    }

    private void WriteRegister(CasemateRegister register, ulong value)
    {
        if (register == CasemateRegister.TcrEl1)
        {
            // T0SZ and T1SZ; beyond 48 bits there would be a fifth level.
            (_lowerBits, _upperBits) = (Bits(value), Bits(value >> 16));
            return;
        }

        var added = _roots.Write(register, value, _cpu);
        _holders.Write(_cpu, register, LintedRoots.AddressOf(value));
        if (added is not var (regime, address))
            return;
        bool isUpper = register == CasemateRegister.Ttbr1El1;
        int bits = isUpper ? _upperBits : regime == CasemateRegime.El1 ? _lowerBits : 48;
        ulong first = isUpper ? TlbiReach.AddressMask + 1 - (1UL << bits) : 0;
        _trees.Link(address, address, regime, 4 - (bits - 4) / 9, first);

        static int Bits(ulong size) => Math.Clamp(64 - (int)(size & 63), 25, 48);
    }

    private void Write(ulong address, ulong value, bool release)
    {
        if ((address & 7) != 0)
            throw new LintException($"unaligned write: 0x{address:x}");
        var page = _memory.Get(address);
        int word = (int)(address >> 3) & (LintedPage.Words - 1);
        if (page.IsTable)
            _descriptors.Write(_cpu, page, word, value, release);
        page[word] = value;
    }

    private BbmLevel LevelOf(int cpu) => _levels[Math.Min(cpu, _levels.Count - 1)];

    private void Invalidate(in LintedTlbi tlbi, ulong value)
    {
        _holders.Tlbi(_cpu, tlbi);
        // A local TLBI leaves the entries of all other CPUs.
        if (!tlbi.Broadcast || _descriptors.UncleanOf(_cpu) is not { } unclean)
            return;
        _reach.Invalidate(unclean, tlbi, value, _cpu);
    }

    private void Read(ulong address, ulong value)
    {
        if (_memory.Find(address) is not { IsTable: true } page)
            return;
        ulong held = page[(int)(address >> 3) & (LintedPage.Words - 1)];
        if (held != value)
        {
            throw new LintException(
                $"a PTE changed under the trace: 0x{address:x} holds 0x{held:x}, 0x{value:x} was read",
                    page.RootAddress);
        }
    }

    private void Fill(ulong address, ulong size, ulong value)
    {
        if ((address & 7) != 0 || size > _maxFill)
        {
            throw new LintException(
                $"a memset of 0x{size:x} bytes at 0x{address:x} is not of whole words, or larger than all tables");
        }

        // A zero written to an unknown page changes nothing, since unknown memory reads as zero.
        for (ulong at = 0; at < size; at += 8)
        {
            if (value != 0 || _memory.Find(address + at) is not null)
                Write(address + at, value, release: false);
            else
                at += LintedPage.Size - 8 - ((address + at) & (LintedPage.Size - 1));
        }
    }

    private void Free(ulong address, ulong size)
    {
        foreach (var page in _memory.In(address, size))
        {
            if (page.IsTable)
            {
                throw new LintException(
                    $"cannot free a page that is a table: 0x{page.Address:x} of the tree at 0x{page.RootAddress:x} "
                    + $"(R_RVJDB)",
                    page.RootAddress);
            }

            _memory.Forget(page);
        }
    }

    private void Hint(in CasemateEvent hint)
    {
        switch (hint.Hint)
        {
            case CasemateHint.SetRootLock:
                _locks.Protect(hint.Address, hint.Value);
                break;
            case CasemateHint.SetPteThreadOwner:
                _locks.Own(hint.Address, hint.Value);
                break;
            case CasemateHint.SetOwnerRoot:
                if (_memory.Find(hint.Address) is { IsTable: true } owned)
                {
                    throw new LintException(
                        $"cannot change owned root if already in a tree: 0x{owned.Address:x} is a table of the tree at "
                        + $"0x{owned.RootAddress:x}", owned.RootAddress);
                }

                break;
            case CasemateHint.ReleaseTable:
                Release(hint.Address);
                break;
            default:
                throw new UnreachableException($"the linter has no rule for {hint.Hint}");
        }
    }

    private void Release(ulong address)
    {
        if (_memory.Find(address) is not { IsTable: true } page)
            return;
        if (page.HasUncleanParent || _trees.HasUnclean(page.Address))
        {
            throw new LintException(
                "cannot release table where children are still unclean: "
                + $"0x{page.Address:x} may still be walked (R_RVJDB)", page.RootAddress);
        }

        if (!_roots.IsRoot(page))
        {
            throw new LintException(
                $"cannot release table still in use: a descriptor leads to 0x{page.Address:x}", page.RootAddress);
        }

        _roots.Release(page);
        _locks.Forget(page.Address);
        _trees.Unlink(page.Address);
    }
}

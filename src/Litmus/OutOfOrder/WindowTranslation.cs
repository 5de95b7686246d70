using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>What a walk that reads a version of a pte leads to.</summary>
internal sealed class WindowTranslation
{
    private readonly WindowPrograms _programs;
    private readonly LitmusTest _test;
    private readonly HardwareUpdate _hardware;
    private readonly int[] _wordOfPage;
    private readonly bool[] _isConstant;
    private readonly bool[] _isOutput;
    private readonly int _cells;

    public WindowTranslation(WindowPrograms programs, HardwareUpdate hardware)
    {
        _programs = programs;
        _hardware = hardware;
        _test = programs.Test;
        var names = _test.Names;
        _cells = names.Pages.Count * LitmusMemory.CellsOfPage;
        _wordOfPage = new int[names.Pages.Count];
        _isOutput = new bool[names.Pages.Count];
        foreach (var descriptor in names.Descriptors)
        {
            if (descriptor is { Valid: true, Output: >= 0 and var output })
                _isOutput[output] = true;
        }

        _isConstant = new bool[names.Words.Count];
        for (int word = 0; word < names.Words.Count; word++)
        {
            _wordOfPage[names.Words[word].Page] = word;
            // Hardware may change what has AF 0 or DBM 1.
            var first = names.Descriptors[_test.TableWords[word]];
            _isConstant[word] = _test.Hardware.IsEmpty || !first.Valid || (first.Af && !first.Dbm);
        }

        // A word can change if some CPU may hold its address; from one word's address follows that of its neighbours.
        foreach (var value in _test.Registers.Values.Concat(_test.Cells.Values))
        {
            if (value.Kind != LitmusValueKind.TableWord)
                continue;
            int page = names.Words[(int)value.Bits].Page;
            for (int word = 0; word < names.Words.Count; word++)
                _isConstant[word] &= names.Pages[names.Words[word].Page].Base != names.Pages[page].Base;
        }
    }

    /// <summary>The number of the pte that translates a page.</summary>
    public int WordOf(int page) => _wordOfPage[page];

    /// <summary>The location of a table word.</summary>
    public int LocationOfWord(int word) => _cells + word;

    /// <summary>Whether nothing can change a table word.</summary>
    public bool IsConstant(int word) => _isConstant[word];

    /// <summary>Whether a TLB may hold a descriptor; if not, a walk has read the newest version.</summary>
    public bool IsCacheable(int descriptor) => _test.Names.Descriptors[descriptor].IsCacheable;

    /// <summary>Whether some descriptor of the test leads a byte of a page to a cell.</summary>
    public bool MayReach(int cell, int offset)
    {
        int page = cell / LitmusMemory.CellsOfPage;
        return _isOutput[page] && cell % LitmusMemory.CellsOfPage * _test.Names.CellBytes(page) == offset;
    }

    /// <summary>The pages that some descriptor may lead accesses of a page to: one bit for each.</summary>
    public ulong PagesBehind(int page)
    {
        int word = _wordOfPage[page];
        if (_isConstant[word])
            return _test.Names.Descriptors[_test.TableWords[word]].Output is >= 0 and var output ? 1UL << output : 0;
        ulong pages = 0;
        for (int other = 0; other < _isOutput.Length; other++)
            pages |= _isOutput[other] ? 1UL << other : 0;
        return pages;
    }

    /// <summary>What an access that uses a version of a pte does.</summary>
    /// <param name="inHandler">A fault handler runs at EL1.</param>
    public TranslationChoice Of(int cpu, int word, int version, int descriptor, AccessKind kind, bool inHandler)
    {
        var held = _test.Names.Descriptors[descriptor];
        bool stores = kind == AccessKind.Store;
        var update = _hardware.Needed(cpu, held, stores);
        var fault = !held.Valid || held.Output is null ? LitmusFault.Translation
            : !held.Af && _test.Updates(cpu) == HardwareUpdates.None ? LitmusFault.AccessFlag
            : (_test.El0.Contains(cpu) && !inHandler && !held.El0) || (stores && !held.Db && update is null)
                ? LitmusFault.Permission
            : LitmusFault.None;
        return fault == LitmusFault.None
            ? new(word, version, held.Output!.Value, fault) { Update = update } : new(word, version, -1, fault);
    }

    /// <summary>
    /// Translates an access through a pte that nothing can change: a walk that always reads the same and leads to no
    /// fault needs no event of its own. An access of a table word has no walk.
    /// </summary>
    public void WalkIfConstant(WindowCpu cpu, int at, ExplicitAccess access, in EntryOrder order)
    {
        if (order.Address is not { } address || cpu.Entries[at].Has(EntryProgress.Walked))
            return;
        var entry = cpu.Entries[at];
        if (address.Kind == LitmusValueKind.TableWord)
        {
            if (_test.El0.Contains(cpu.Number) && !order.InHandler)
                entry.Fault = LitmusFault.Permission;
            else
                entry.Location = LocationOfWord((int)address.Bits);
        }
        else
        {
            int word = _wordOfPage[address.Page];
            if (!_isConstant[word])
                return;
            var choice = Of(cpu.Number, word, 0, _test.TableWords[word], access.Kind, order.InHandler);
            // The walk of a fault is ordered after earlier accesses and before what follows the fault.
            if (choice.Fault != LitmusFault.None)
                return;
            entry.Location = _programs.Locations.CellOf(choice, address.Offset, access.Instruction);
        }

        // An access that must not fault is never performed.
        if (entry.Fault != LitmusFault.None && !order.CanFault)
            return;
        entry.Progress |= EntryProgress.Walked;
        if (entry.Fault != LitmusFault.None)
            cpu.Entries.RemoveRange(at + 1, cpu.Entries.Count - at - 1);
        cpu.Entries[at] = entry;
    }
}

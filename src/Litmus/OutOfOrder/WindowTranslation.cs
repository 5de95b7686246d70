using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>What a walk that reads a version of a pte leads to.</summary>
internal sealed class WindowTranslation
{
    private readonly LitmusTest _test;
    private readonly int[] _wordOfPage;
    private readonly bool[] _isConstant;
    private readonly int _cells;

    public WindowTranslation(LitmusTest test)
    {
        _test = test;
        var names = test.Names;
        _cells = names.Pages.Count * LitmusMemory.CellsOfPage;
        _wordOfPage = new int[names.Pages.Count];
        _isConstant = new bool[names.Words.Count];
        for (int word = 0; word < names.Words.Count; word++)
        {
            _wordOfPage[names.Words[word].Page] = word;
            _isConstant[word] = true;
        }

        // A word can change if some CPU may hold its address; from one word's address follows that of its neighbours.
        foreach (var value in test.Registers.Values.Concat(test.Memory.Values))
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

    /// <summary>Whether no program can write a table word.</summary>
    public bool IsConstant(int word) => _isConstant[word];

    /// <summary>The only translation of a page whose pte no program can write; null for another page.</summary>
    public TranslationChoice? Constant(int cpu, int page, AccessKind kind)
    {
        int word = _wordOfPage[page];
        return _isConstant[word] ? Of(cpu, word, 0, _test.TableWords[word], kind) : null;
    }

    /// <summary>Whether a TLB may hold a descriptor; if not, a walk has read the newest version.</summary>
    public bool IsCacheable(int descriptor) => _test.Names.Descriptors[descriptor].IsCacheable;

    /// <summary>What an access that uses a version of a pte does.</summary>
    public TranslationChoice Of(int cpu, int word, int version, int descriptor, AccessKind kind)
    {
        var held = _test.Names.Descriptors[descriptor];
        var fault = !held.Valid || held.Output is null ? LitmusFault.Translation
            : !held.Af ? LitmusFault.AccessFlag
            : (_test.El0.Contains(cpu) && !held.El0) || (kind == AccessKind.Store && !held.Db) ? LitmusFault.Permission
            : LitmusFault.None;
        return new(word, version, fault == LitmusFault.None ? held.Output!.Value : -1, fault);
    }
}

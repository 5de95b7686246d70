using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// Memory as all CPUs see it: the contents of cells, and every version of each table word. A location is a cell, or the
/// number of cells plus a table word.
/// </summary>
internal sealed class WindowMemory
{
    private readonly LitmusValue[] _cells;
    private readonly byte[][] _versions;
    private readonly ulong _rewritten;

    public WindowMemory(LitmusTest test)
    {
        _cells = new LitmusValue[test.Names.Pages.Count * LitmusMemory.CellsOfPage];
        foreach (var (cell, value) in test.Cells)
            _cells[cell] = value;
        _versions = new byte[test.Names.Words.Count][];
        for (int word = 0; word < _versions.Length; word++)
            _versions[word] = [(byte)test.TableWords[word]];
    }

    private WindowMemory(WindowMemory other, ulong rewritten)
    {
        _rewritten = rewritten;
        _cells = [.. other._cells];
        _versions = [.. other._versions];
    }

    public int Cells => _cells.Length;

    public int Words => _versions.Length;

    /// <summary>The newest version of a table word.</summary>
    public int Newest(int word) => _versions[word].Length - 1;

    /// <summary>The descriptor of a version.</summary>
    public int Descriptor(int word, int version) => _versions[word][version];

    /// <summary>What a location holds now.</summary>
    public LitmusValue this[int location] => location < _cells.Length
        ? _cells[location]
        : LitmusValue.Descriptor(_versions[location - _cells.Length][^1]);

    /// <summary>A copy in which a location holds a new value; a table word gets its next version.</summary>
    /// <param name="rewrites">Whether an atomic writes what it has read.</param>
    public WindowMemory With(int location, LitmusValue value, bool rewrites = false)
    {
        int word = location - _cells.Length;
        if (word < 0)
        {
            var written = new WindowMemory(this, _rewritten);
            written._cells[location] = value;
            return written;
        }

        ulong bit = 1UL << word;
        var changed = new WindowMemory(this, rewrites ? _rewritten | bit : _rewritten & ~bit);
        changed._versions[word] = [.. _versions[word], (byte)value.Bits];
        return changed;
    }

    /// <summary>Whether an atomic has written in a table word what the word had held.</summary>
    public bool IsRewritten(int word) => (_rewritten & (1UL << word)) != 0;

    public void Write(StateWriter writer)
    {
        foreach (var cell in _cells)
            writer.Put(cell);
        writer.Put((long)_rewritten);
        foreach (byte[] versions in _versions)
            writer.Put(versions);
    }
}

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

    public WindowMemory(LitmusTest test)
    {
        _cells = new LitmusValue[test.Names.Pages.Count * LitmusMemory.CellsOfPage];
        foreach (var (cell, value) in test.Cells)
            _cells[cell] = value;
        _versions = new byte[test.Names.Words.Count][];
        for (int word = 0; word < _versions.Length; word++)
            _versions[word] = [(byte)test.TableWords[word]];
    }

    private WindowMemory(WindowMemory other)
    {
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
    public WindowMemory With(int location, LitmusValue value)
    {
        int word = location - _cells.Length;
        if (word < 0)
        {
            var written = new WindowMemory(this);
            written._cells[location] = value;
            return written;
        }

        var changed = new WindowMemory(this);
        changed._versions[word] = [.. _versions[word], (byte)value.Bits];
        return changed;
    }

    public void Write(StateWriter writer)
    {
        foreach (var cell in _cells)
            writer.Put(cell);
        foreach (byte[] versions in _versions)
            writer.Put(versions);
    }
}

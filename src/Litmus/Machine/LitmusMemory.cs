using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Memory: the contents of pages, and every version of each table word.</summary>
internal sealed class LitmusMemory
{
    /// <summary>The cells of a page that a test can access.</summary>
    public const int CellsOfPage = LitmusTest.CellsOfPage;

    /// <summary>The most versions of a table word in one run: each is one bit of a may-set.</summary>
    public const int MaxVersions = 31;

    private readonly LitmusValue[] _cells;
    private readonly byte[][] _versions;
    private readonly WordVersions[][] _stored;
    private readonly PageHistory _history;

    public LitmusMemory(LitmusTest test)
    {
        int pages = test.Names.Pages.Count;
        _cells = new LitmusValue[pages * CellsOfPage];
        foreach (var (cell, value) in test.Cells)
            _cells[cell] = value;
        _history = PageHistory.Of(test, _cells);
        _versions = new byte[test.Names.Words.Count][];
        _stored = new WordVersions[_versions.Length][];
        for (int word = 0; word < _versions.Length; word++)
        {
            _versions[word] = [(byte)test.TableWords[word]];
            _stored[word] = [WordVersions.Start];
        }
    }

    private LitmusMemory(LitmusMemory other)
    {
        _cells = [.. other._cells];
        _versions = [.. other._versions];
        _stored = [.. other._stored];
        _history = other._history.Copy();
    }

    public LitmusMemory Copy() => new(this);

    public LitmusValue this[int cell]
    {
        get => _cells[cell];
        set => _cells[cell] = value;
    }

    /// <summary>Whether two pages hold the same.</summary>
    public bool AreEqual(int page, int other) =>
        _cells.AsSpan(page * CellsOfPage, CellsOfPage).SequenceEqual(_cells.AsSpan(other * CellsOfPage, CellsOfPage));

    /// <summary>
    /// Changes of output address between read-only descriptors whose pages have held the same so far.
    /// </summary>
    public IReadOnlyList<(int Word, int Old, int New)> Suspects => _history.Suspects;

    public void Suspect(int word, int old, int changed) => _history.Suspect(word, old, changed);

    /// <summary>Remembers what a cell holds now.</summary>
    public void Remember(int cell) => _history.Add(cell, _cells[cell]);

    /// <summary>Whether two pages have only ever held one and the same value.</summary>
    public bool WereEqual(int page, int other) => _history.WereEqual(page, other);

    /// <summary>The newest version of a table word.</summary>
    public int Newest(int word) => _versions[word].Length - 1;

    /// <summary>The descriptor of a version.</summary>
    public int Descriptor(int word, int version) => _versions[word][version];

    /// <summary>The versions of all words when a version was stored.</summary>
    public WordVersions StoredAt(int word, int version) => _stored[word][version];

    public WordVersions Now()
    {
        Span<byte> now = stackalloc byte[_versions.Length];
        for (int word = 0; word < now.Length; word++)
            now[word] = (byte)Newest(word);
        return WordVersions.Of(now);
    }

    /// <summary>Gives a table word its next version.</summary>
    public void Store(int word, int descriptor)
    {
        _versions[word] = [.. _versions[word], (byte)descriptor];
        _stored[word] = [.. _stored[word], Now()];
    }

    public void Write(StateWriter writer)
    {
        foreach (var cell in _cells)
            writer.Put(cell);
        _history.Write(writer);
        for (int word = 0; word < _versions.Length; word++)
        {
            writer.Put(_versions[word]);
            foreach (var stored in _stored[word].AsSpan(1))
                writer.Put(stored);
        }
    }
}

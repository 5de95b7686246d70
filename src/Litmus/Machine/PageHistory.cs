using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Every value that each cell of memory has held, for the warning about pages whose contents differ. It is kept only
/// for a test that changes a read-only descriptor into one of another page.
/// </summary>
internal sealed class PageHistory
{
    private readonly LitmusValue[][] _held;
    private readonly List<(int Word, int Old, int New)> _suspects = [];

    private PageHistory(LitmusValue[][] held) => _held = held;

    private PageHistory(PageHistory other)
    {
        _held = [.. other._held];
        _suspects = [.. other._suspects];
    }

    public IReadOnlyList<(int Word, int Old, int New)> Suspects => _suspects;

    /// <summary>The history of a test before its programs run.</summary>
    public static PageHistory Of(LitmusTest test, ReadOnlySpan<LitmusValue> cells)
    {
        // An instruction that changes bits of a descriptor can make it read-only.
        bool changes = test.Programs.SelectMany(p => p).Any(
            i => i is AtomicInstruction { Operation: LitmusAtomicOperation.Set or LitmusAtomicOperation.Xor }
                or ArithmeticInstruction { Operator: LitmusOperator.Or, Right.Register: null });
        bool compares = test.Names.Descriptors.Where(d => d.Output is not null && (changes || !d.Db))
            .Select(d => d.Output).Distinct().Count() > 1;
        var held = new LitmusValue[compares ? cells.Length : 0][];
        for (int cell = 0; cell < held.Length; cell++)
            held[cell] = [cells[cell]];
        return new(held);
    }

    public PageHistory Copy() => new(this);

    public void Suspect(int word, int old, int changed)
    {
        if (_held.Length > 0 && !_suspects.Contains((word, old, changed)))
            _suspects.Add((word, old, changed));
    }

    public void Add(int cell, LitmusValue value)
    {
        if (_held.Length > 0 && !_held[cell].Contains(value))
            _held[cell] = [.. _held[cell].Append(value).OrderBy(v => v.Kind).ThenBy(v => v.Bits)];
    }

    /// <summary>Whether two pages have only ever held one and the same value.</summary>
    public bool WereEqual(int page, int other)
    {
        for (int cell = 0; cell < LitmusMemory.CellsOfPage; cell++)
        {
            var one = _held[page * LitmusMemory.CellsOfPage + cell];
            var two = _held[other * LitmusMemory.CellsOfPage + cell];
            if (one.Length > 1 || two.Length > 1 || one[0] != two[0])
                return false;
        }

        return true;
    }

    public void Write(StateWriter writer)
    {
        foreach (var values in _held)
        {
            writer.Put(values.Length);
            foreach (var value in values)
                writer.Put(value);
        }

        writer.Put(_suspects.Count);
        foreach (var (word, old, changed) in _suspects)
        {
            writer.Put(word);
            writer.Put(old);
            writer.Put(changed);
        }
    }
}

namespace Orleans.Mmu.Arm;

/// <summary>A table with a word for every entry. Written only by the editor that made it, until that publishes.</summary>
public sealed class DenseTable : TranslationTable
{
    private readonly ulong[] _words;
    private TranslationTable?[]? _children;

    internal DenseTable(PhysicalAddress address, Level level, int count, object owner)
        : base(address, level, count)
    {
        _words = new ulong[count];
        Owner = owner;
    }

    internal DenseTable(TranslationTable original, object owner)
        : this(original.Address, original.Level, original.Count, owner)
    {
        if (original is DenseTable dense)
        {
            dense._words.CopyTo(_words, 0);
            _children = (TranslationTable?[]?)dense._children?.Clone();
            return;
        }

        for (int i = 0; i < _words.Length; i++)
            _words[i] = original[i].Bits;
    }

    /// <summary>The editing session that may write this table.</summary>
    internal object Owner { get; }

    public override Descriptor this[int index] => new(_words[index]);

    public override TranslationTable? Child(int index) => _children?[index];

    internal void Write(int index, Descriptor descriptor, TranslationTable? child)
    {
        _words[index] = descriptor.Bits;
        if (child is not null)
            _children ??= new TranslationTable?[Count];
        if (_children is not null)
            _children[index] = child;
    }
}

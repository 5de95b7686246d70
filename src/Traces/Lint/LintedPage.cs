namespace Orleans.Mmu.Traces.Lint;

/// <summary>A page of memory that a trace writes. The page is a table while a tree contains it.</summary>
internal sealed class LintedPage(ulong address)
{
    public const int Words = 512;
    public const ulong Size = 4096;

    private readonly ulong[] _words = new ulong[Words];
    private byte[]? _states;
    private ushort[]? _versions;

    public ulong Address { get; } = address;

    /// <summary>The page is a table of a tree.</summary>
    public bool IsTable { get; set; }

    /// <summary>The root of its tree.</summary>
    public ulong RootAddress { get; set; }

    public CasemateRegime Regime { get; set; }

    /// <summary>The level of its descriptors, 0 to 3.</summary>
    public int Level { get; set; }

    /// <summary>The first input address that it translates.</summary>
    public ulong Input { get; set; }

    /// <summary>The descriptor that led here is no longer in memory and may still be cached.</summary>
    public bool HasUncleanParent { get; set; }

    /// <summary>How many descriptors in it are unclean.</summary>
    public int Unclean { get; set; }

    public ulong this[int word]
    {
        get => _words[word];
        set => _words[word] = value;
    }

    public DescriptorCleanliness State(int word) => (DescriptorCleanliness)(_states?[word] ?? 0);

    public void SetState(int word, DescriptorCleanliness state)
    {
        var before = State(word);
        if (before == state)
            return;
        if (before == DescriptorCleanliness.Unclean)
            Unclean--;
        else if (state == DescriptorCleanliness.Unclean)
            Unclean++;
        (_states ??= new byte[Words])[word] = (byte)state;
    }

    /// <summary>
    /// The number of changes of a descriptor, which tells a late completion of an older change from the newest.
    /// </summary>
    public ushort Version(int word) => _versions?[word] ?? 0;

    public ushort NextVersion(int word) => ++(_versions ??= new ushort[Words])[word];

    /// <summary>Forgets everything that was known of the page as a table.</summary>
    public void Forget()
    {
        IsTable = false;
        HasUncleanParent = false;
        Unclean = 0;
        if (_states is { } states)
            Array.Clear(states);
        // A completion that is still awaited for an older change must not clean a newer one.
        for (int word = 0; _versions is not null && word < Words; word++)
            _versions[word]++;
    }

    /// <summary>Bytes of input addresses that a descriptor of it covers.</summary>
    public ulong Cover => 1UL << (12 + 9 * (3 - Level));
}

/// <summary>How far the change of a descriptor has come.</summary>
internal enum DescriptorCleanliness : byte
{
    /// <summary>No CPU can have cached another value than the one in memory.</summary>
    Clean,

    /// <summary>The descriptor was made invalid, and its old value may still be cached.</summary>
    Unclean,

    /// <summary>The descriptor was changed while valid, and its old value may still be cached.</summary>
    Changed,
}

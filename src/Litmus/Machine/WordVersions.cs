namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// The version of every table word at one moment. Each store to a word gives the word its next version. Of two moments,
/// the later one has the greater version of each word.
/// </summary>
internal readonly record struct WordVersions
{
    private readonly byte[]? _versions;

    private WordVersions(byte[] versions) => _versions = versions;

    /// <summary>The moment before any store.</summary>
    public static WordVersions Start => default;

    public static WordVersions Of(ReadOnlySpan<byte> versions) =>
        versions.ContainsAnyExcept((byte)0) ? new(versions.ToArray()) : Start;

    /// <summary>The version of a word.</summary>
    public int this[int word] => _versions is null ? 0 : _versions[word];

    /// <summary>The later of two moments, word by word.</summary>
    public WordVersions Max(WordVersions other)
    {
        if (_versions is null || ReferenceEquals(_versions, other._versions))
            return other;
        if (other._versions is null)
            return this;
        byte[] later = new byte[_versions.Length];
        for (int i = 0; i < later.Length; i++)
            later[i] = Math.Max(_versions[i], other._versions[i]);
        return new(later);
    }

    public bool Equals(WordVersions other) => Bytes.SequenceEqual(other.Bytes);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Empty for <see cref="Start"/>, else one byte for each word.</summary>
    internal ReadOnlySpan<byte> Bytes => _versions;
}

using System.Diagnostics.CodeAnalysis;

namespace Orleans.Mmu.Checking;

/// <summary>Every different part of the states of a search, numbered: a state is a number for memory and one for each CPU.</summary>
/// <remarks>Most steps change one part, so the parts are far fewer than the states.</remarks>
internal sealed class StateParts<T>(Action<T, StateWriter> write)
{
    private readonly Dictionary<byte[], uint> _numbers = new(new ByBytes());
    private readonly List<T> _parts = [];
    private readonly StateWriter _writer = new();

    public T this[uint number] => _parts[(int)number];

    /// <summary>The number of a part, which must not change from now on.</summary>
    public uint NumberOf(T part)
    {
        _writer.Clear();
        write(part, _writer);
        var known = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (known.TryGetValue(_writer.Written, out uint number))
            return number;
        number = (uint)_parts.Count;
        _numbers.Add(_writer.Written.ToArray(), number);
        _parts.Add(part);
        return number;
    }

    private sealed class ByBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}

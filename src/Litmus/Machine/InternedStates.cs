using System.Diagnostics.CodeAnalysis;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Numbers the distinct parts of states: a state is then one number for memory and one for each CPU.</summary>
/// <remarks>Most steps change one part, so there are far fewer parts than states.</remarks>
/// <param name="limit">Bytes that the parts may take.</param>
/// <param name="overhead">
/// Bytes that a part takes besides its serialized form: its arrays and the entry in the dictionary.
/// </param>
internal sealed class InternedStates<T>(Action<T, StateWriter> write, long limit, int overhead = 512)
{
    private long _taken;

    private readonly Dictionary<byte[], uint> _numbers = new(new ByBytes());
    private readonly List<T> _parts = [];
    private readonly StateWriter _writer = new();

    public T this[uint number] => _parts[(int)number];

    /// <summary>The number of a part. The part must not change afterwards.</summary>
    /// <exception cref="StateLimitException">The parts would exceed their memory limit.</exception>
    public uint NumberOf(T part)
    {
        _writer.Clear();
        write(part, _writer);
        var known = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (known.TryGetValue(_writer.Written, out uint number))
            return number;
        _taken += overhead + 2 * _writer.Written.Length;
        if (_taken > limit)
            throw new StateLimitException();
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

/// <summary>The states of a search exceed their memory limit.</summary>
internal sealed class StateLimitException : Exception;

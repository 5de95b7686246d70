using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// The frames that one client sends: a preamble, then messages, each preceded by the lengths of its head and body.
/// Accepted frames are passed on unchanged, except that a target may be replaced (see <see cref="OpenGrains"/>).
/// </summary>
internal sealed class ClientFrames(ClientPreamble preambles, OpenGrains open, SiloAddress gateway)
{
    /// <summary>The longest head in bytes: it names two grains and two silos and holds the request context.</summary>
    public const int MaxHead = 64 << 10;

    /// <summary>The longest body in bytes: a machine file and a counterexample to replay.</summary>
    public const int MaxBody = MachineFile.MaxLength + (4 << 20);

    private const int LengthBytes = sizeof(int);

    private GrainId? _client;
    private int _body;

    /// <summary>Passes on the complete frames among the bytes read.</summary>
    /// <returns>The end of the bytes that were passed on; the rest must be read again, together with more.</returns>
    /// <exception cref="ClientRefusedException">The connection must be closed.</exception>
    public SequencePosition Take(ReadOnlySequence<byte> bytes, PipeWriter next)
    {
        while (true)
        {
            var rest = _body > 0 ? TakeBody(bytes, next) : _client is null ? TakePreamble(bytes, next)
                : TakeHead(bytes, next);
            if (rest is not { } more)
                return bytes.Start;
            bytes = more;
        }
    }

    private ReadOnlySequence<byte>? TakePreamble(ReadOnlySequence<byte> bytes, PipeWriter next)
    {
        if (bytes.Length < LengthBytes)
            return null;
        int length = IntAt(bytes, 0);
        if (length is < 0 or > ClientPreamble.MaxLength)
            throw new ClientRefusedException("it does not begin as an Orleans client does");
        long end = LengthBytes + length;
        if (bytes.Length < end)
            return null;
        var client = Judged(() => preambles.Read(bytes.Slice(LengthBytes, length)));
        if (!GatewayClient.MayConnect(client))
            throw new ClientRefusedException("it claims not to be a client");
        _client = client;
        return Pass(bytes, end, next);
    }

    private ReadOnlySequence<byte>? TakeHead(ReadOnlySequence<byte> bytes, PipeWriter next)
    {
        if (bytes.Length < 2 * LengthBytes)
            return null;
        (int length, int body) = (IntAt(bytes, 0), IntAt(bytes, LengthBytes));
        if (length is <= 0 or > MaxHead || body is < 0 or > MaxBody)
            throw new ClientRefusedException(
                $"expected messages of at most {MaxHead >> 10} KB and {MaxBody >> 20} MB, found {length} and {body} "
                + "bytes");
        long end = 2 * LengthBytes + length;
        if (bytes.Length < end)
            return null;
        var content = bytes.Slice(2 * LengthBytes, length);
        var head = Judged(() => MessageHead.Read(content));
        if (Objection(head) is { } why)
            throw new ClientRefusedException(why);
        _body = body;
        var target = open.Route(head, gateway);
        if (target == head.Target)
            return Pass(bytes, end, next);
        byte[] changed = head.With(target, content);
        Span<byte> lengths = stackalloc byte[2 * LengthBytes];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, changed.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths[LengthBytes..], body);
        next.Write(lengths);
        next.Write(changed);
        return bytes.Slice(end);
    }

    private string? Objection(in MessageHead head) =>
        !head.IsRequest ? "it answers a request that no silo sent"
        : head.Sender != _client ? "it sends messages in another's name"
        : head.CorrectsAddresses ? "it sends addresses of grains, which only silos do"
        : head.IsHashed ? null : "its messages have other hashes than their bytes";

    private ReadOnlySequence<byte>? TakeBody(ReadOnlySequence<byte> bytes, PipeWriter next)
    {
        if (bytes.IsEmpty)
            return null;
        long length = Math.Min(bytes.Length, _body);
        _body -= (int)length;
        return Pass(bytes, length, next);
    }

    private static ReadOnlySequence<byte> Pass(ReadOnlySequence<byte> bytes, long length, PipeWriter next)
    {
        foreach (var piece in bytes.Slice(0, length))
            next.Write(piece.Span);
        return bytes.Slice(length);
    }

    // Any exception that Orleans' readers throw on bytes from the network means that the bytes are invalid.
    private static T Judged<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ClientRefusedException("it does not speak as an Orleans client does", e);
        }
    }

    private static int IntAt(ReadOnlySequence<byte> bytes, int at)
    {
        Span<byte> four = stackalloc byte[LengthBytes];
        bytes.Slice(at, LengthBytes).CopyTo(four);
        return BinaryPrimitives.ReadInt32LittleEndian(four);
    }
}

/// <summary>The reason why a client's connection is closed, in one line.</summary>
internal sealed class ClientRefusedException(string message, Exception? inner = null) : Exception(message, inner);

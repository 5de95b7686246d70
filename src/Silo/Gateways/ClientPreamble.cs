using System.Buffers;
using System.Reflection;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// The first message of a connection, in which a client says who it is: Orleans sends the answers for that client to
/// this connection from then on.
/// </summary>
internal sealed class ClientPreamble(SerializerSessionPool sessions)
{
    /// <summary>The longest preamble that Orleans reads, in bytes.</summary>
    public const int MaxLength = 1024;

    // The type is Orleans' own; a version of Orleans without it does not get as far as a listening gateway.
    private static readonly Type Preamble =
        Type.GetType("Orleans.Runtime.Messaging.ConnectionPreamble, Orleans.Core", throwOnError: true)!;

    private static readonly PropertyInfo Identity = Preamble.GetProperty("NodeIdentity")
        ?? throw new MissingMemberException(Preamble.FullName, "NodeIdentity");

    /// <summary>Reads who is connected.</summary>
    /// <exception cref="InvalidOperationException">The bytes are no preamble.</exception>
    public GrainId Read(ReadOnlySequence<byte> bytes)
    {
        using var session = sessions.GetSession();
        var reader = Reader.Create(bytes, session);
        // The type is not in the bytes: both ends know it.
        var field = reader.ReadFieldHeader();
        IFieldCodec codec = session.CodecProvider.GetCodec(Preamble);
        return codec.ReadValue(ref reader, field) is { } preamble ? (GrainId)Identity.GetValue(preamble)!
            : throw new InvalidOperationException("the preamble is empty");
    }
}

using System.Buffers;
using System.Reflection;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>
/// The first message of a connection, which names the client. From then on, Orleans sends the answers for that client
/// over this connection.
/// </summary>
internal sealed class ClientPreamble(SerializerSessionPool sessions)
{
    /// <summary>The longest preamble that Orleans accepts, in bytes.</summary>
    public const int MaxLength = 1024;

    // An internal type of Orleans. With a version of Orleans that lacks it, the silo fails before its gateway listens.
    private static readonly Type Preamble =
        Type.GetType("Orleans.Runtime.Messaging.ConnectionPreamble, Orleans.Core", throwOnError: true)!;

    private static readonly PropertyInfo Identity = Preamble.GetProperty("NodeIdentity")
        ?? throw new MissingMemberException(Preamble.FullName, "NodeIdentity");

    /// <summary>Reads the identity of the client.</summary>
    /// <exception cref="InvalidOperationException">The bytes are not a preamble.</exception>
    public GrainId Read(ReadOnlySequence<byte> bytes)
    {
        using var session = sessions.GetSession();
        var reader = Reader.Create(bytes, session);
        // The bytes do not name the type, because both ends know it.
        var field = reader.ReadFieldHeader();
        IFieldCodec codec = session.CodecProvider.GetCodec(Preamble);
        return codec.ReadValue(ref reader, field) is { } preamble ? (GrainId)Identity.GetValue(preamble)!
            : throw new InvalidOperationException("the preamble is empty");
    }
}

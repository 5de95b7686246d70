using System.Buffers.Binary;
using System.Text;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.DeviceTrees;

/// <summary>
/// Reads a flattened device tree (.dtb): a header, a block of structure that is a list of tokens, and a block of the
/// properties' names. All offsets come from the file, and each is checked before it is used.
/// </summary>
internal sealed class FlattenedTree
{
    private const uint Magic = 0xd00dfeed;
    private const int HeaderBytes = 40;
    private const int OldestVersion = 16;
    private const int NewestVersion = 17;
    private const int MaxDepth = 64;
    private const int MaxNodes = 1 << 20;
    private const int MaxName = 255;

    private const uint BeginNode = 1;
    private const uint EndNode = 2;
    private const uint Property = 3;
    private const uint Nop = 4;
    private const uint End = 9;

    private readonly ImportFile _file;
    private readonly ReadOnlyMemory<byte> _strings;
    private readonly int _end;
    private int _at;

    private FlattenedTree(ImportFile file)
    {
        _file = file;
        if (file.Content.Length < 4 || Word(0) != Magic)
            throw Wrong(0, "a flattened device tree (d00dfeed)");
        if (file.Content.Length < HeaderBytes)
            throw Wrong(file.Content.Length, $"a header of {HeaderBytes} bytes");
        // fdt_check_header().
        if (Word(20) < OldestVersion)
            throw Wrong(20, $"version {OldestVersion} or later");
        if (Word(24) > NewestVersion)
            throw Wrong(24, $"a tree that is compatible with version {NewestVersion} or earlier");
        int total = Offset(4, file.Content.Length);
        _at = Offset(8, total);
        int strings = Offset(12, total);
        _strings = file.Content[strings..total];
        // The size of the structure is in the header since version 17.
        _end = Word(20) > OldestVersion ? _at + Offset(36, total - _at) : total;
    }

    /// <summary>The root.</summary>
    /// <exception cref="InputException">The file is no device tree; the message has the offset.</exception>
    public static DeviceNode Read(ImportFile file) => new FlattenedTree(file).Root();

    private DeviceNode Root()
    {
        var path = new Stack<DeviceNode>();
        DeviceNode? root = null;
        for (int nodes = 0; ;)
        {
            int token = _at;
            switch (Next())
            {
                case BeginNode when path.Count < MaxDepth && nodes++ < MaxNodes && (root is null || path.Count > 0):
                    var node = new DeviceNode(NameOfNode(), token);
                    if (path.TryPeek(out var parent))
                        parent.Add(node);
                    root ??= node;
                    path.Push(node);
                    break;
                case Property when path.TryPeek(out var owner):
                    ReadProperty(owner);
                    break;
                case EndNode when path.Count > 0:
                    path.Pop();
                    break;
                case Nop:
                    break;
                case End when root is not null && path.Count == 0:
                    return root;
                default:
                    throw Wrong(token, "a token of a tree of nodes");
            }
        }
    }

    private void ReadProperty(DeviceNode owner)
    {
        int length = Length(Next(), _at - 4);
        int name = Length(Next(), _at - 4);
        if (length > _end - _at)
            throw Wrong(_at - 8, $"at most {_end - _at} bytes of a property");
        if (name >= _strings.Length)
            throw Wrong(_at - 4, $"an offset below {_strings.Length} of a name");
        var rest = _strings.Span[name..];
        int end = EndOfName(rest);
        if (end < 0)
            throw Wrong(_at - 4, $"the offset of a name of at most {MaxName} bytes");
        owner.Add(Encoding.UTF8.GetString(rest[..end]), _file.Content.Slice(_at, length));
        Skip(length);
    }

    private string NameOfNode()
    {
        int end = EndOfName(_file.Content.Span[_at.._end]);
        if (end < 0)
            throw Wrong(_at, $"a name of at most {MaxName} bytes");
        string name = Encoding.UTF8.GetString(_file.Content.Span.Slice(_at, end));
        Skip(end + 1);
        return name;
    }

    // A bound for names bounds the memory that many properties with one name take.
    private static int EndOfName(ReadOnlySpan<byte> rest) =>
        rest[..Math.Min(rest.Length, MaxName + 1)].IndexOf((byte)0);

    private uint Next()
    {
        if (_end - _at < 4)
            throw Wrong(_at, "a token, and the end of the tree");
        _at += 4;
        return Word(_at - 4);
    }

    // Tokens begin at multiples of four bytes.
    private void Skip(int length) => _at = Math.Min(_at + ((length + 3) & ~3), _end);

    private int Offset(int at, int most) => Word(at) <= (uint)most ? (int)Word(at)
        : throw Wrong(at, $"an offset or a size of at most {most}");

    private int Length(uint value, int at) => value <= int.MaxValue ? (int)value
        : throw Wrong(at, "a length below 2^31");

    private uint Word(int at) => BinaryPrimitives.ReadUInt32BigEndian(_file.Content.Span[at..]);

    private InputException Wrong(int at, string expected)
    {
        var found = at < _file.Content.Length ? _file.Content.Span[at..Math.Min(at + 4, _file.Content.Length)] : [];
        return _file.Error(1, $"at byte 0x{at:x}: expected {expected}, found "
            + (found.IsEmpty ? "the end of the file" : Convert.ToHexStringLower(found)));
    }
}

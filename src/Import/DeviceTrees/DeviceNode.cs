using System.Buffers.Binary;
using System.Text;

namespace Orleans.Mmu.Import.DeviceTrees;

/// <summary>A node of a device tree.</summary>
/// <param name="Name">The name with its unit address, such as "memory@40000000"; empty for the root.</param>
/// <param name="Offset">Where the node begins in its file, in bytes.</param>
internal sealed record DeviceNode(string Name, int Offset)
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _properties = new(StringComparer.Ordinal);
    private readonly List<DeviceNode> _children = [];

    public IReadOnlyList<DeviceNode> Children => _children;

    /// <summary>The name without its unit address.</summary>
    public string PlainName => Name.Split('@')[0];

    public DeviceNode? Child(string name) => _children.Find(c => c.PlainName == name);

    public bool Has(string property) => _properties.ContainsKey(property);

    /// <summary>A property's bytes; null where the node does not have it.</summary>
    public ReadOnlyMemory<byte>? Bytes(string property) =>
        _properties.TryGetValue(property, out var value) ? value : null;

    /// <summary>A property that is a string or a list of strings: the first; null where there is none.</summary>
    public string? FirstText(string property) => Texts(property) is [var first, ..] ? first : null;

    /// <summary>The strings of a property that is a list of them; none where the node does not have it.</summary>
    public IReadOnlyList<string> Texts(string property) => Bytes(property) is { Length: > 0 } value
        ? Encoding.UTF8.GetString(value.Span.TrimEnd((byte)0)).Split('\0') : [];

    /// <summary>A property that is one 32-bit number; null where there is none.</summary>
    public uint? Number(string property) => Bytes(property) is { Length: 4 } value
        ? BinaryPrimitives.ReadUInt32BigEndian(value.Span) : null;

    internal void Add(DeviceNode child) => _children.Add(child);

    internal void Add(string name, ReadOnlyMemory<byte> value) => _properties[name] = value;
}

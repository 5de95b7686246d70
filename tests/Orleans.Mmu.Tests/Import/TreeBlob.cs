using System.Buffers.Binary;
using System.Text;

namespace Orleans.Mmu.Tests.Import;

/// <summary>Writes flattened device trees.</summary>
internal sealed class TreeBlob
{
    private readonly List<byte> _structure = [];
    private readonly List<byte> _strings = [];

    /// <summary>A machine of 4 GiB with a NOMAP range, two CPUs and a command line.</summary>
    public static byte[] Sample() => new TreeBlob()
        .Begin("").Cells("#address-cells", 2).Cells("#size-cells", 2)
        .Begin("memory@40000000").Text("device_type", "memory").Cells("reg", 0, 0x40000000, 1, 0).End()
        .Begin("reserved-memory").Cells("#address-cells", 2).Cells("#size-cells", 2).Cells("ranges")
        .Begin("a@50000000").Cells("reg", 0, 0x50000000, 0, 0x200000).Cells("no-map").End()
        .Begin("b@60000000").Cells("reg", 0, 0x60000000, 0, 0x200000).End()
        .End()
        .Begin("cpus").Cells("#address-cells", 1).Cells("#size-cells", 0)
        .Begin("cpu@0").Text("device_type", "cpu").Text("compatible", "arm,neoverse-v3").Cells("reg", 0).End()
        .Begin("cpu@1").Text("device_type", "cpu").Text("compatible", "arm,cortex-a76").Cells("reg", 1).End()
        .End()
        .Begin("chosen").Text("bootargs", "rodata=off").End()
        .End().ToArray();

    public TreeBlob Begin(string name)
    {
        Word(_structure, 1);
        Padded([.. Encoding.UTF8.GetBytes(name), 0]);
        return this;
    }

    public TreeBlob End()
    {
        Word(_structure, 2);
        return this;
    }

    public TreeBlob Text(string name, string value) => Property(name, [.. Encoding.UTF8.GetBytes(value), 0]);

    /// <summary>A property that is a list of strings.</summary>
    public TreeBlob Texts(string name, params string[] values) => Text(name, string.Join('\0', values));

    public TreeBlob Cells(string name, params uint[] values)
    {
        var bytes = new List<byte>();
        foreach (uint value in values)
            Word(bytes, value);
        return Property(name, [.. bytes]);
    }

    /// <summary>The whole file: header, an empty list of reservations, structure, strings.</summary>
    public byte[] ToArray()
    {
        const uint header = 40, reservations = 16;
        Word(_structure, 9);
        uint structure = (uint)_structure.Count, strings = (uint)_strings.Count;
        var file = new List<byte>();
        foreach (uint word in (uint[])[0xd00dfeed, header + reservations + structure + strings, header + reservations,
            header + reservations + structure, header, 17, 16, 0, strings, structure, 0, 0, 0, 0])
            Word(file, word);
        return [.. file, .. _structure, .. _strings];
    }

    private TreeBlob Property(string name, byte[] value)
    {
        Word(_structure, 3);
        Word(_structure, (uint)value.Length);
        Word(_structure, (uint)_strings.Count);
        _strings.AddRange([.. Encoding.UTF8.GetBytes(name), 0]);
        Padded(value);
        return this;
    }

    private void Padded(byte[] bytes)
    {
        _structure.AddRange(bytes);
        while (_structure.Count % 4 != 0)
            _structure.Add(0);
    }

    private static void Word(List<byte> output, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        output.AddRange(bytes);
    }
}

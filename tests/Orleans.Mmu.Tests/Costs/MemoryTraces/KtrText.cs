namespace Orleans.Mmu.Tests.Costs.MemoryTraces;

/// <summary>Writes KTR1.</summary>
internal sealed class KtrText
{
    private readonly List<byte> _bytes = [.. "KTR1"u8];
    private readonly long[] _pages = new long[16];
    private int _cpu;

    public KtrText Cpu(int cpu)
    {
        _cpu = cpu;
        return Varint(3 | (ulong)cpu << 3);
    }

    public KtrText Instructions(ulong address, ulong count) => Run(0, 0, address, count);

    public KtrText Data(ulong address, bool isWrite = false, ulong count = 1) =>
        Run(1, isWrite ? 2UL : 1, address, count);

    public KtrText Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private KtrText Run(int kind, ulong tag, ulong address, ulong count)
    {
        long page = (long)address >> 12;
        ref long last = ref _pages[2 * _cpu + kind];
        long delta = page - last;
        last = page;
        return Varint(tag | (ulong)((delta << 1) ^ (delta >> 63)) << 2).Varint(count);
    }

    private KtrText Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value | 0x80));
        _bytes.Add((byte)value);
        return this;
    }
}

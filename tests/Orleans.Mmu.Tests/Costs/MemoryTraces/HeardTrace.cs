using Orleans.Mmu.Costs.MemoryTraces;

namespace Orleans.Mmu.Tests.Costs.MemoryTraces;

/// <summary>What the reader of traces hears from one, and the error with which it ends.</summary>
internal static class HeardTrace
{
    public static (List<string> Heard, string? Error) Read(byte[] trace, MemoryTraceFormat? format = null) =>
        Read(new MemoryStream(trace), format);

    public static (List<string> Heard, string? Error) Read(Stream stream, MemoryTraceFormat? format)
    {
        var heard = new List<string>();
        try
        {
            MemoryTrace.Read("t", stream, format, new Ear(heard), CancellationToken.None);
            return (heard, null);
        }
        catch (MemoryTraceException e)
        {
            return (heard, e.Message);
        }
    }

    private readonly struct Ear(List<string> heard) : IMemoryTraceSink
    {
        public void Cpu(int cpu) => heard.Add($"cpu {cpu}");

        public bool Instructions(ulong page, ulong count)
        {
            heard.Add($"I {page:x} {count}");
            return page is < 1UL << 51 or >= 0xffff000000000;
        }

        public bool Data(ulong page)
        {
            heard.Add($"D {page:x}");
            return page is < 1UL << 51 or >= 0xffff000000000;
        }
    }
}

using Orleans.Mmu.Tests.Costs.MemoryTraces;

namespace Orleans.Mmu.Tests.Client;

/// <summary>A folder with memory traces, for one test.</summary>
internal sealed class TraceFiles : IDisposable
{
    public static readonly byte[] Trace = SomeTrace();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    private static byte[] SomeTrace()
    {
        var trace = new KtrText();
        for (ulong i = 0; i < 200; i++)
            trace.Instructions(0xffff800008010000, 10).Data(0xffff000000000000 + (i << 12));
        return trace.ToArray();
    }

    public async Task<string> FileAsync(string name, byte[] bytes)
    {
        string path = PathOf(name);
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }
}

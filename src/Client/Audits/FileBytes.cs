using Orleans.Mmu.Audit.Cores;

namespace Orleans.Mmu.Client.Audits;

/// <summary>A file whose bytes are read where they are needed.</summary>
internal sealed class FileBytes(FileStream file) : IDumpBytes
{
    public long Length { get; } = file.Length;

    public int Read(long offset, Span<byte> bytes)
    {
        int total = 0;
        for (int read; total < bytes.Length
            && (read = RandomAccess.Read(file.SafeFileHandle, bytes[total..], offset + total)) > 0;)
            total += read;
        return total;
    }
}

namespace Orleans.Mmu.Audit.Cores;

/// <summary>The bytes of a dump, which may be larger than memory.</summary>
public interface IDumpBytes
{
    /// <summary>The size in bytes.</summary>
    long Length { get; }

    /// <summary>Reads from an offset on; fewer bytes than asked for only at the end.</summary>
    int Read(long offset, Span<byte> bytes);
}

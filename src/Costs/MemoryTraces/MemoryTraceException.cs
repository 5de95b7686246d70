namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>A trace is truncated or malformed. The message is one line with file and offset.</summary>
/// <param name="file">The trace.</param>
/// <param name="offset">Offset of the record in the decompressed trace.</param>
internal sealed class MemoryTraceException(string file, long offset, string message)
    : Exception($"{file}: byte {offset}: {message}");

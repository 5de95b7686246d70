namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>A trace ends early or says what cannot be; its message is one line with file and offset.</summary>
/// <param name="file">The trace.</param>
/// <param name="offset">Bytes before the record, of the trace without its compression.</param>
public sealed class TraceException(string file, long offset, string message) : Exception($"{file}: byte {offset}: {message}");

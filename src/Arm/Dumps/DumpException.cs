namespace Orleans.Mmu.Arm.Dumps;

/// <summary>
/// A dump cannot be read. The message says what was expected and what was found, but not the file: the caller that
/// opened it adds the name.
/// </summary>
/// <param name="line">The line of a text, counted from 1; null for binary dumps.</param>
public sealed class DumpException(string message, int? line = null) : Exception(message)
{
    public int? Line { get; } = line;
}

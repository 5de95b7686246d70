namespace Orleans.Mmu.Arm.Dumps;

/// <summary>
/// A dump that cannot be read: what was expected and what was found. Who opened the file knows its name.
/// </summary>
/// <param name="line">The line of a text, from 1; null for bytes.</param>
public sealed class DumpException(string message, int? line = null) : Exception(message)
{
    public int? Line { get; } = line;
}

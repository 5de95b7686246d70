namespace Orleans.Mmu.Client.Exits;

/// <summary>Something that the person at the keyboard can put right; its message is the one line that they see.</summary>
public sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);

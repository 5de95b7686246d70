namespace Orleans.Mmu.Client.Exits;

/// <summary>An error that the user can correct; its message is printed as one line.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);

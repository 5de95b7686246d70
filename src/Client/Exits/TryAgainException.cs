namespace Orleans.Mmu.Client.Exits;

/// <summary>
/// No silo answers, or the cluster lost what was asked for: nothing is wrong with the command, and running it again may
/// succeed. Its message is printed as one line.
/// </summary>
internal sealed class TryAgainException(string message, Exception? inner = null) : Exception(message, inner);

namespace Orleans.Mmu.Checking.Toy;

/// <summary>A protocol, or a mutant of one, is outside what the checker's machine can hold.</summary>
/// <param name="message">The limit, and what the protocol needs.</param>
public sealed class ModelLimitException(string message) : ArgumentException(message);

namespace Orleans.Mmu.Axioms.Programs;

/// <summary>A test has something that the oracle does not know; the message says what.</summary>
internal sealed class NotExpressibleException(string what) : Exception(what);

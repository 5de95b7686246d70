namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// What a silo will not do for its caller: an answer, so that the call is not repeated. The message is the one line
/// that users see. Storage passes on an <see cref="OrleansException"/> as it is.
/// </summary>
[GenerateSerializer, Alias("mmu.RefusedException")]
public sealed class RefusedException(string message) : OrleansException(message);

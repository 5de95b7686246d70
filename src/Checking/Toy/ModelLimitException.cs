using Orleans.Mmu.Checking.Scripts;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>A protocol, or a mutant of one, is outside what the checker's machine can hold.</summary>
/// <param name="message">The limit, and what the protocol needs.</param>
/// <param name="at">The step that is beyond the limit; null where the protocol as a whole is.</param>
internal sealed class ModelLimitException(string message, ScriptStep? at = null) : ArgumentException(message)
{
    public ScriptStep? At { get; } = at;
}

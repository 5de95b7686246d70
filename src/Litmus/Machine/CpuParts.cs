using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>A TLBI that no DSB has completed yet.</summary>
/// <param name="Pages">The pages that it names, if it is one by address.</param>
/// <param name="Floor">
/// The versions that are ordered before it. It need not remove a version that was current at that moment or was stored
/// later.
/// </param>
internal sealed record PendingTlbi(TlbiInstruction Instruction, TlbiPages Pages, WordVersions Floor);

/// <summary>A store that is still in a CPU's store buffer, so that memory does not show it.</summary>
/// <param name="IsTableWord">Whether it goes to a table word rather than a memory cell.</param>
/// <param name="Order">Stores with a smaller number are performed first.</param>
/// <param name="Release">Whether all earlier stores are performed first.</param>
internal readonly record struct BufferedStore(
    bool IsTableWord, int Target, LitmusValue Value, int Order, bool Release, int Line);

/// <summary>An update of AF or dirty state that hardware has begun by reading the word and has yet to write.</summary>
internal readonly record struct PendingUpdate(int Word, int Descriptor);

/// <summary>A location: a cell of memory or a table word.</summary>
internal readonly record struct LitmusTarget(bool IsTableWord, int Number);

/// <summary>A fault, another exception, or a TLB conflict that a CPU has taken.</summary>
/// <param name="Instruction">Index in the program; −1 for a conflict that belongs to no access.</param>
/// <param name="Place">The address that was accessed; null for an exception that is no access's.</param>
internal readonly record struct FaultRecord(int Instruction, LitmusValue? Place, LitmusFault Type);

/// <summary>How an access ends if it is not performed, and the exceptions that are no access's.</summary>
internal enum LitmusFault : byte
{
    None, Translation, AccessFlag, Permission, Conflict, SupervisorCall, UndefinedInstruction,
}

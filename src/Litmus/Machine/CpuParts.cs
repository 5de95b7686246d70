using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>A TLBI that no DSB has completed yet.</summary>
/// <param name="Page">The page that it names; −1 for all.</param>
/// <param name="Floor">
/// The versions that are ordered before it. It need not remove a version that was current at that moment or was stored
/// later.
/// </param>
internal sealed record PendingTlbi(TlbiInstruction Instruction, int Page, WordVersions Floor);

/// <summary>A store that is still in a CPU's store buffer, so that memory does not show it.</summary>
/// <param name="IsTableWord">Whether it goes to a table word rather than a memory cell.</param>
/// <param name="Order">Stores with a smaller number are performed first.</param>
/// <param name="Release">Whether all earlier stores are performed first.</param>
internal readonly record struct BufferedStore(
    bool IsTableWord, int Target, LitmusValue Value, int Order, bool Release, int Line);

/// <summary>A fault or a TLB conflict that a CPU has taken.</summary>
/// <param name="Instruction">Index in the program; −1 for a conflict that belongs to no access.</param>
internal readonly record struct FaultRecord(int Instruction, int Page, LitmusFault Type);

/// <summary>How an access ends if it is not performed.</summary>
internal enum LitmusFault : byte
{
    None, Translation, AccessFlag, Permission, Conflict,
}

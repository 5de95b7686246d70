using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>A TLBI without its DSB.</summary>
/// <param name="Page">The page that it names; −1 for all.</param>
/// <param name="Floor">What is ordered before it: it need not remove what was current then, or came later.</param>
internal sealed record PendingTlbi(TlbiInstruction Instruction, int Page, Snapshot Floor);

/// <summary>A store that memory does not show yet.</summary>
/// <param name="IsTableWord">Into a table word, else into a cell of memory.</param>
/// <param name="Order">Stores of a smaller number are performed first.</param>
/// <param name="Release">All earlier stores are performed first.</param>
internal readonly record struct BufferedStore(bool IsTableWord, int Target, LitmusValue Value, int Order, bool Release, int Line);

/// <summary>A fault or a conflict that happened.</summary>
/// <param name="Instruction">Its place in the program; −1 for a conflict that no access took.</param>
internal readonly record struct FaultRecord(int Instruction, int Page, LitmusFault Type);

/// <summary>How an access can end.</summary>
internal enum LitmusFault : byte
{
    None, Translation, AccessFlag, Permission, Conflict,
}

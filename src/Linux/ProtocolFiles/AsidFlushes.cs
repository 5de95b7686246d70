using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>
/// Flushes by ASID in a protocol. The checker lets them remove nothing of the kernel's map: table entries and leaves
/// with nG carry the ASID of the task that the CPU ran when it walked them, and global leaves carry none.
/// </summary>
internal static class AsidFlushes
{
    /// <param name="steps">Every step of the protocol with its line and its role.</param>
    public static IEnumerable<(int Line, string Message)> Of(
        IReadOnlyCollection<(Step Step, int Line, string Role)> steps) =>
    [
        .. from step in steps
           where step.Step is Tlbi { Operation.Scope: TlbiScope.Asid }
           select (step.Line, $"\"{step.Step}\" removes nothing of the kernel's map for certain: global leaves have no "
               + "ASID, and other entries have that of the task that ran"),
    ];
}

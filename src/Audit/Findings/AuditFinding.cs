using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Audit.Findings;

/// <summary>A range of addresses that breaks a rule.</summary>
/// <param name="End">The first address behind the range.</param>
/// <param name="Message">What was found there, in words that follow the range.</param>
/// <param name="Line">The line of a text that shows the range, from 1; null for binary dumps.</param>
public sealed record AuditFinding(
    AuditRule Rule, VirtualAddress Start, VirtualAddress End, string Message, int? Line = null);

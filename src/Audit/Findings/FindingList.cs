using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Audit.Findings;

/// <summary>
/// Findings as they are made. Adjacent ranges with the same rule and message become one finding, so that half of memory
/// is one line.
/// </summary>
public sealed class FindingList
{
    /// <summary>The most findings that are kept; further ones are counted.</summary>
    public const int Most = 10_000;

    private readonly List<AuditFinding> _findings = [];
    private readonly Dictionary<AuditRule, int> _last = [];

    /// <summary>The findings in order of rule, then of address.</summary>
    public IReadOnlyList<AuditFinding> Sorted =>
        [.. _findings.OrderBy(f => IndexOf(f.Rule)).ThenBy(f => f.Start)
            .ThenBy(f => f.Message, StringComparer.Ordinal)];

    /// <summary>Findings that were made after <see cref="Most"/>.</summary>
    public long Omitted { get; private set; }

    /// <param name="line">The line of a text that shows the range; 0 where there is none.</param>
    public void Add(AuditRule rule, VirtualAddress start, VirtualAddress end, string message, int line = 0)
    {
        if (_last.TryGetValue(rule, out int last) && _findings[last] is var before && before.End == start
            && before.Message == message)
            _findings[last] = before with { End = end };
        else if (_findings.Count == Most)
            Omitted++;
        else
        {
            _last[rule] = _findings.Count;
            _findings.Add(new(rule, start, end, message, line == 0 ? null : line));
        }
    }

    private static int IndexOf(AuditRule rule)
    {
        for (int i = 0; i < AuditRule.All.Count; i++)
        {
            if (AuditRule.All[i] == rule)
                return i;
        }

        return AuditRule.All.Count;
    }
}

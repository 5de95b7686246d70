using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Violations of the locks. A trace without events about locks may have one in each store, so those of a known group
/// are counted without their texts.
/// </summary>
internal sealed partial class LintFindings
{
    private readonly Dictionary<(string Kind, string? Place), long> _moreOfLocks = [];

    // The present event writes one word, so it says nothing twice.
    private bool _writesOneWord;

    private IEnumerable<LintGroup> LockGroups => _lockGroups.Select(
        group => group.Value with { Count = group.Value.Count + _moreOfLocks.GetValueOrDefault(group.Key) });

    /// <summary>The present event breaks a rule of the locks.</summary>
    /// <param name="kind">What the reason begins with.</param>
    /// <returns>False where the reason must be given, too.</returns>
    public bool CountOfLocks(string kind)
    {
        if (!_writesOneWord || !IsJudging || _held is not null)
            return false;
        var group = (kind, Place());
        if (!_lockGroups.ContainsKey(group))
            return false;
        CollectionsMarshal.GetValueRefOrAddDefault(_moreOfLocks, group, out _)++;
        return true;
    }
}

using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// Violations in a map. Adjacent ranges with the same violation are merged, so that half of memory is one finding.
/// </summary>
internal sealed class Findings
{
    // The maximum number of findings; more would add no information.
    private const int Most = 32;
    private readonly List<(Property Property, LinearRange Range, string What)> _found = [];
    private int _more;

    /// <param name="what">The violation on every page of the range, in words that follow "START-END ".</param>
    public void Add(Property property, VirtualAddress start, VirtualAddress end, string what)
    {
        if (_found.Count > 0 && _found[^1] is var last && last.Property == property && last.What == what
            && last.Range.End == start)
            _found[^1] = last with { Range = last.Range with { End = end } };
        else if (_found.Count < Most)
            _found.Add((property, new(start, end), what));
        else
            _more++;
    }

    public IReadOnlyList<Violation> ToViolations()
    {
        var violations = _found.ConvertAll(
            f => new Violation(
                f.Property, null, f.Range.Start, $"{f.Range.Start}-{f.Range.End} {f.What}", [f.Property.Sentence]));
        if (_more > 0)
            violations[^1] = violations[^1] with { Explanation = [.. violations[^1].Explanation, $"and {_more} more"] };
        return violations;
    }
}

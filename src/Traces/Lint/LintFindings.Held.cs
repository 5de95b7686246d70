namespace Orleans.Mmu.Traces.Lint;

/// <summary>A violation that counts only if later events show that it happened.</summary>
internal sealed record HeldFinding(string Kind, string? Place, LintViolation Violation);

/// <summary>Violations that are kept apart until it is known whether they count.</summary>
internal sealed partial class LintFindings
{
    private List<HeldFinding>? _held;

    /// <summary>Judges, and keeps what is reported apart from the violations.</summary>
    /// <returns>What is reported, and what the judgement answers.</returns>
    public (IReadOnlyList<HeldFinding> Found, T Answer) Hold<T>(Func<T> judge)
    {
        var held = _held = [];
        try
        {
            return (held, judge());
        }
        finally
        {
            _held = null;
        }
    }

    /// <summary>A violation of an earlier event counts after all.</summary>
    /// <exception cref="LintLimitException">There are more groups than are kept.</exception>
    public void Count(HeldFinding finding)
    {
        var (kind, place, violation) = finding;
        if (_groups.TryGetValue((kind, place), out var known))
        {
            var earlier = violation.Line < known.Line ? violation : known.First;
            _groups[(kind, place)] = known with { Count = known.Count + 1, First = earlier };
        }
        else
        {
            AddGroup(_groups, kind, place, violation);
        }

        if (_first is null || violation.Line < _first.Line)
            _first = violation;
        _isOtherFirst |= violation.Line <= _firstOfLocks?.Line;
    }
}

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// What MAIR of each regime has said on each CPU. A walk may use a value from its write until the ISB behind the next
/// write (I_RBMTM); between the two it may use either. A CPU that has not written MAIR counts as holding the value that
/// any CPU wrote last, and the first value of a CPU counts from the beginning.
/// </summary>
internal sealed class LintedMairs
{
    // Older ones are forgotten, so that memory does not grow with the length of the trace.
    private const int MostValues = 16;
    private const long StillUsed = long.MaxValue;

    // Until is the number of the ISB that ends the use of a value.
    private readonly record struct Used(ulong Value, long Until);

    private readonly Dictionary<(int Cpu, CasemateRegime Regime), List<Used>> _values = [];
    private readonly Dictionary<CasemateRegime, ulong> _last = [];
    private readonly HashSet<CasemateRegime> _several = [];
    private readonly HashSet<(int Cpu, CasemateRegime Regime)> _unsynchronized = [];

    /// <summary>MAIR of a regime as any CPU wrote it last; null where the trace has not written it.</summary>
    public ulong? Last(CasemateRegime regime) => _last.TryGetValue(regime, out ulong value) ? value : null;

    /// <summary>MAIR as a CPU has written it last; null where the trace has not written it.</summary>
    public ulong? Of(int cpu, CasemateRegime regime) =>
        _values.TryGetValue((cpu, regime), out var values) ? values[^1].Value : Last(regime);

    /// <summary>Whether the CPUs have written more than one value.</summary>
    public bool HasSeveral(CasemateRegime regime) => _several.Contains(regime);

    /// <summary>Whether a CPU may use an older value than the one that it wrote last.</summary>
    public bool HasUnsynchronized => _unsynchronized.Count > 0;

    /// <summary>The CPUs that may use an older value than the one that they wrote last.</summary>
    public IEnumerable<int> UnsynchronizedOf(CasemateRegime regime) =>
        _unsynchronized.Where(u => u.Regime == regime).Select(u => u.Cpu).Order();

    /// <summary>The older values that a CPU may still use, as no ISB has followed the newer one.</summary>
    public IEnumerable<ulong> EarlierOf(int cpu, CasemateRegime regime) =>
        _unsynchronized.Contains((cpu, regime))
            ? _values[(cpu, regime)].SkipLast(1).Where(v => v.Until == StillUsed).Select(v => v.Value) : [];

    /// <summary>A CPU writes MAIR.</summary>
    /// <returns>What the CPU wrote before; null if it had not.</returns>
    public ulong? Write(int cpu, CasemateRegime regime, ulong value)
    {
        if (_last.TryGetValue(regime, out ulong last) && last != value)
            _several.Add(regime);
        _last[regime] = value;
        if (!_values.TryGetValue((cpu, regime), out var values))
        {
            _values[(cpu, regime)] = [new(value, StillUsed)];
            return null;
        }

        ulong before = values[^1].Value;
        if (before == value)
            return before;
        values.RemoveAll(v => v.Value == value);
        values.Add(new(value, StillUsed));
        if (values.Count > MostValues)
            values.RemoveAt(0);
        _unsynchronized.Add((cpu, regime));
        return before;
    }

    /// <summary>A CPU has an ISB: it uses no value but the one that it wrote last.</summary>
    /// <param name="at">The number of the event.</param>
    public void Isb(int cpu, long at)
    {
        if (_unsynchronized.Count > 0)
            Synchronize(cpu, at);
    }

    private void Synchronize(int cpu, long at)
    {
        foreach (var key in _unsynchronized.Where(u => u.Cpu == cpu).ToList())
        {
            _unsynchronized.Remove(key);
            var values = _values[key];
            for (int i = 0; i < values.Count - 1; i++)
            {
                if (values[i].Until == StillUsed)
                    values[i] = values[i] with { Until = at };
            }
        }
    }

    /// <summary>
    /// The values that a CPU has used since an event, the newest last; one null where no value is known.
    /// </summary>
    /// <param name="isUnseen">Whether an earlier value does not count; null where all do.</param>
    public IEnumerable<ulong?> Since(
        int cpu, CasemateRegime regime, long at, Func<ulong, bool>? isUnseen = null)
    {
        if (!_values.TryGetValue((cpu, regime), out var values))
            return [Last(regime)];
        return values.Where(v => v.Until >= at && (v.Until == StillUsed || isUnseen?.Invoke(v.Value) != true))
            .Select(v => (ulong?)v.Value);
    }

    /// <summary>The values that a walk of a CPU may use now.</summary>
    public IEnumerable<ulong> UsedBy(int cpu, CasemateRegime regime) =>
        Of(cpu, regime) is { } last ? EarlierOf(cpu, regime).Append(last) : [];
}

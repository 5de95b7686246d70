using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

/// <summary>
/// What each word may ever hold: more than any execution needs, since writes count that no execution reaches. Reads and
/// walks take every value of their word; which of them a write supplies is decided later.
/// </summary>
internal sealed class WordDomains(AbstractProgram program)
{
    private readonly Dictionary<Location, List<Value>> _values = [];

    public IReadOnlyList<Value> Of(Location location)
    {
        if (!_values.TryGetValue(location, out var known))
            _values[location] = known = [program.Initial(location)];
        return known;
    }

    /// <summary>How many values all words have that are written.</summary>
    public int Count { get; private set; }

    public void Add(Location location, Value value)
    {
        if (Of(location).Contains(value))
            return;
        _values[location].Add(value);
        Count++;
    }

    /// <summary>A valid descriptor with AF=0 may become one with AF=1 without an access.</summary>
    public void AddSpontaneous()
    {
        foreach (var (word, known) in _values.ToArray())
        {
            foreach (var value in known.ToArray())
            {
                if (value is Value.Entry { Descriptor: { Valid: true, AccessFlag: false } descriptor })
                    Add(word, new Value.Entry(descriptor with { AccessFlag = true }));
            }
        }
    }
}

using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <content>The walks of the addresses, and what they make.</content>
internal sealed partial class WitnessReplay
{
    // By entry and by CPU, the last store that every walk has seen which may have made the entry. A walk that begins at
    // a cached table entry comes later, and sees it too.
    private readonly Dictionary<Tagged, Dictionary<int, long>> _seen = [];
    private readonly Dictionary<Tagged, Dictionary<int, long>> _read = [];

    /// <summary>What walks would make in a context.</summary>
    public HashSet<Tagged> MadeIn(IEnumerable<ReplayedContext> contexts)
    {
        HashSet<Tagged> made = [];
        foreach (var context in contexts)
        {
            foreach (ulong address in addresses.Where(a => IsIn(context.Half, a)))
            {
                if (context.Walks)
                    Read(context, address, context.Half.StartLevel, context.Root, true, [], made);
                foreach (var held in _held.Keys.ToList())
                {
                    if (!Answers(held, context) || !ReferenceEquals(held.Granule, context.Half.Geometry.Granule))
                        continue;
                    if (context.Walks && held.Entry.IsTable && held.Entry.Covers(address))
                    {
                        var seen = _seen.GetValueOrDefault(held) ?? [];
                        Read(context, address, held.Entry.Level + 1, held.Entry.Output, false, seen, made);
                    }
                }
            }

            foreach (var leaf in regime == CasemateRegime.Stage2 ? _held.Keys.Concat(made).ToList() : [])
            {
                if (!leaf.Entry.IsTable && Answers(leaf, context))
                    made.Add(leaf with { Entry = leaf.Entry with { Combined = true } });
            }
        }

        return made;
    }

    public static bool Answers(Tagged held, in ReplayedContext context) =>
        (held.Entry.IsGlobal || held.Asid == context.Asid)
        && (held.Vmid is null || context.Vmid is null || held.Vmid == context.Vmid);

    private void Walk(bool byDsb)
    {
        foreach (var before in _made)
            _held[before] = (_index, byDsb);
        var contexts = Cpu.Contexts().ToList();
        Known.UnionWith(contexts.Where(c => c.Walks));
        _read.Clear();
        _made = MadeIn(contexts);
        foreach (var made in _made)
        {
            if (_read.TryGetValue(made, out var seen))
                _seen[made] = _held.ContainsKey(made) ? Common(_seen.GetValueOrDefault(made) ?? [], seen) : seen;
            _held[made] = (_index, byDsb);
        }
    }

    // Walks that make an entry in two ways have both seen this for certain.
    private static Dictionary<int, long> Common(Dictionary<int, long> one, Dictionary<int, long> other) =>
        one.Where(o => other.ContainsKey(o.Key)).ToDictionary(o => o.Key, o => Math.Min(o.Value, other[o.Key]));

    private void Read(
        ReplayedContext context, ulong address, int number, ulong table, bool isRoot, Dictionary<int, long> seen,
        HashSet<Tagged> made)
    {
        var geometry = context.Half.Geometry;
        var level = Level.Of(number);
        ulong size = geometry.Size(level);
        int entries = isRoot ? context.Half.RootEntries : geometry.Granule.EntriesPerTable;
        foreach (var (word, _, next) in _memory.Of(
            table + address / size % (ulong)entries * 8, seen))
        {
            var descriptor = new Descriptor(word);
            if ((word & 1) == 0 || !descriptor.Translates(geometry, level))
                continue;
            if (number < 3 && (word & 2) != 0)
            {
                ulong below = descriptor.NextTable(geometry).Value;
                Add("table entry", size, below, null);
                Read(context, address, number + 1, below, false, next, made);
                continue;
            }

            if (!descriptor.AccessFlag)
                continue;
            ulong output = descriptor.OutputAddress(geometry, level).Value;
            foreach (ulong? mair in regime == CasemateRegime.Stage2 ? [null] : Cpu.Mairs)
            {
                byte? type = mair is { } m ? (byte)(m >> (int)(word >> 2 & 7) * 8) : null;
                Add(number == 3 ? "page" : "block", size, output, type);
                ulong group = geometry.ContiguousSize(level);
                if (descriptor.Contiguous && group > size)
                    Add("contiguous group", group, output & ~(group - 1), type);
            }

            void Add(string kind, ulong bytes, ulong at, byte? type)
            {
                var entry = new ReplayedEntry(
                    kind, number, address & ~(bytes - 1), address | (bytes - 1), at, word, type, false);
                var tagged = new Tagged(entry, context.Asid, context.Vmid, geometry.Granule);
                made.Add(tagged);
                _read[tagged] = _read.TryGetValue(tagged, out var before) ? Common(before, next) : next;
            }
        }
    }
}

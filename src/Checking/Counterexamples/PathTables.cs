using System.Collections.Immutable;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Checking.Counterexamples;

/// <summary>What the tables hold at each state of a path.</summary>
internal sealed class PathTables
{
    private readonly MachineSystem _system;
    private readonly ImmutableArray<MemoryView> _views;
    private readonly ImmutableArray<WatchedWord> _words;

    /// <param name="memories">The memory of each state, in order.</param>
    public PathTables(MachineSystem system, IEnumerable<uint> memories)
    {
        _system = system;
        _views = [.. memories.Select(m => system.Model.View(m))];
        _words = [.. WatchedWord.All.Where(Matters)
            .OrderBy(w => w.Range).ThenBy(w => !w.IsPmd).ThenBy(w => w.Second).ThenBy(w => w.Page)];
    }

    /// <summary>The words that change on the path or that a walk can reach, as they are in one state.</summary>
    public ImmutableArray<HeldWord> At(int index) => [.. _words.Select(w => Held(w, _views[index]))];

    private bool Matters(WatchedWord word) =>
        _views.Select(v => v.Held.GetValueOrDefault(word)).Distinct().Skip(1).Any()
        || _views.Any(v => IsLinked(word, v));

    private bool IsLinked(WatchedWord word, MemoryView view) =>
        (view.Reachable & _system.Model.Universe.LeadingTo(word)) != 0;

    private HeldWord Held(WatchedWord word, MemoryView view)
    {
        var content = view.Held.GetValueOrDefault(word);
        var machine = _system.Model.Universe.Machine;
        return new(
            word.ToString(), word.IsPmd ? null : new WatchedWord(word.Range, -1).ToString(),
            DescriptorStore.Name(content), word.Descriptor(machine, content), IsLinked(word, view));
    }
}

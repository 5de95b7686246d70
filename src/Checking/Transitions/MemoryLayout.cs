using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Memory as a number where several CPUs store: for each word that a program writes, the index of its content. Zero is
/// the map before the change. Which CPU wrote a word does not matter; of two stores to one word the last one performed
/// decides.
/// </summary>
internal sealed class MemoryLayout
{
    private readonly ImmutableArray<Field> _fields;

    public MemoryLayout(MapChangeGoal scene, IEnumerable<ImmutableArray<ScriptStep>> programs)
    {
        var writes = programs.SelectMany(p => p).SelectMany(s => DescriptorStore.Writes(s.Step))
            .Where(w => w.Word is not null).ToLookup(w => w.Word!.Value, w => w.Content);
        var fields = ImmutableArray.CreateBuilder<Field>();
        foreach (var word in WatchedWord.All.Where(writes.Contains))
        {
            var first = scene.Initial[word];
            ImmutableArray<WordContent> contents = [first, .. writes[word].Distinct().Where(c => c != first).Order()];
            int width = BitOperations.Log2((uint)contents.Length - 1) + 1;
            if (contents.Length > 1)
                fields.Add(new(word, contents, Width, width));
            Width += contents.Length > 1 ? width : 0;
        }

        _fields = fields.ToImmutable();
        if (Width > 32)
            throw new ModelLimitException($"expected contents of memory of at most 32 bits, found {Width}");
    }

    /// <summary>The number of bits.</summary>
    public int Width { get; }

    /// <summary>Memory after a store.</summary>
    public uint With(uint memory, WatchedWord word, WordContent content) =>
        Find(word) is { } field ? memory & ~field.Mask | (uint)field.Contents.IndexOf(content) << field.Shift : memory;

    /// <summary>The content of a word.</summary>
    public WordContent Of(uint memory, WatchedWord word, MapChangeGoal scene) =>
        Find(word) is { } field ? field.Contents[(int)((memory & field.Mask) >> field.Shift)] : scene.Initial[word];

    /// <summary>The contents of every word.</summary>
    public Dictionary<WatchedWord, WordContent> Held(uint memory, MapChangeGoal scene) =>
        scene.Initial.ToDictionary(w => w.Key, w => Of(memory, w.Key, scene));

    // A word whose content never changes has no field.
    private Field? Find(WatchedWord word)
    {
        foreach (var field in _fields)
        {
            if (field.Word == word)
                return field;
        }

        return null;
    }

    private sealed record Field(WatchedWord Word, ImmutableArray<WordContent> Contents, int Shift, int Width)
    {
        public uint Mask => (uint)((1UL << Width) - 1) << Shift;
    }
}

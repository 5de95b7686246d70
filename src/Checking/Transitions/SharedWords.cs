using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The words of a protocol's own in the bits that all CPUs share. Each counts up to one more than the largest number it
/// is compared with and stays there: no step can tell larger values apart.
/// </summary>
internal sealed class SharedWords
{
    private readonly ImmutableArray<Field> _fields;
    private readonly int? _cpus;

    /// <param name="cpus">The number of CPUs; null for a machine of any number.</param>
    public SharedWords(MachineModel model, int? cpus)
    {
        _cpus = cpus;
        End = model.Locks.Length;
        var fields = ImmutableArray.CreateBuilder<Field>();
        foreach (string word in model.Words.Names)
        {
            int most = 1 + model.Words.ComparedWith(word).Where(o => !o.OfCpus || cpus is not null)
                .Select(o => o.On(cpus ?? 0)).DefaultIfEmpty(0).Max();
            int width = BitOperations.Log2((uint)most) + 1;
            fields.Add(new(word, End, width, (uint)most));
            End += width;
        }

        _fields = fields.ToImmutable();
    }

    /// <summary>The number of bits of locks and words.</summary>
    public int End { get; }

    /// <summary>The shared bits after a word was set.</summary>
    public uint With(uint shared, string word, int value)
    {
        var field = Of(word);
        return shared & ~field.Mask | Math.Min((uint)value, field.Most) << field.Shift;
    }

    /// <summary>The shared bits after 1 was added to a word.</summary>
    public uint Incremented(uint shared, string word) => With(shared, word, (int)Of(word).In(shared) + 1);

    /// <summary>Whether a word has a value.</summary>
    /// <param name="added">
    /// On a machine of any number of CPUs: whether the modelled CPU has added to the word. All others may have then.
    /// </param>
    public bool Holds(uint shared, string word, WordOperand operand, bool added) =>
        operand.OfCpus && _cpus is null ? added : IsEqual((int)Of(word).In(shared), operand);

    /// <summary>Whether a word that has a value equals an operand.</summary>
    public bool IsEqual(int value, WordOperand operand) => value == operand.On(_cpus ?? 0);

    private Field Of(string word)
    {
        foreach (var field in _fields)
        {
            if (field.Word == word)
                return field;
        }

        throw new ArgumentException($"the model has no word {word}", nameof(word));
    }

    private sealed record Field(string Word, int Shift, int Width, uint Most)
    {
        public uint Mask => ((1u << Width) - 1) << Shift;

        public uint In(uint shared) => (shared & Mask) >> Shift;
    }
}
